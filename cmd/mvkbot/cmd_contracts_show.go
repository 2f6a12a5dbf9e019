package main

import "errors"

type contractsShowCmd struct {
	Number string `arg:"" help:"The contract."`
}

func (contractsShowCmd) Run(*app) error { return errors.New("not built") }
