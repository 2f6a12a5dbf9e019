package main

import "errors"

type flowsCmd struct {
	Format string `enum:"mermaid,dot" default:"mermaid" help:"mermaid or dot."`
}

func (flowsCmd) Run(*app) error { return errors.New("not built") }
