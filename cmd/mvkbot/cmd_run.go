package main

import "errors"

type runCmd struct{}

func (runCmd) Run(*app) error { return errors.New("not built") }
