package main

import "errors"

type demoCmd struct{}

func (demoCmd) Run(*app) error { return errors.New("not built") }
