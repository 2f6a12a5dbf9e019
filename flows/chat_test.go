package flows_test

import (
	"flag"
	"testing"

	"mvkbot/flows/flowtest"
)

var rewrite = flag.Bool("rewrite", false, "write the answers of today into testdata; read the diff before it is committed")

// The transcripts are the specification of the dialogs.
func TestChats(t *testing.T) {
	flowtest.Golden(t, *rewrite, func(t testing.TB) *flowtest.Player {
		return flowtest.NewPlayer(newWorld(t), testRules(), testTexts())
	})
}
