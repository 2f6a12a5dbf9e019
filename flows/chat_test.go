package flows_test

import (
	"flag"
	"testing"

	"mvkbot/flows/flowtest"
)

var rewrite = flag.Bool("rewrite", false, "write the answers of today into testdata; read the diff before it is committed")

// Ensure that the dialogs run as the transcripts say: they are the specification.
func TestChats(t *testing.T) {
	flowtest.Golden(t, *rewrite, func(t testing.TB) *flowtest.Player {
		return flowtest.NewPlayer(newWorld(t), testRules(), testTexts())
	})
}
