package main

import "errors"

type restoreCmd struct {
	File string `arg:"" help:"The copy."`
}

func (restoreCmd) Run(*app) error { return errors.New("not built") }
