package main

import "errors"

type backupCmd struct {
	File string `arg:"" help:"The copy."`
}

func (backupCmd) Run(*app) error { return errors.New("not built") }
