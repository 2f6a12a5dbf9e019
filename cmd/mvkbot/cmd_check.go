package main

import "errors"

type checkCmd struct{}

func (checkCmd) Run(*app) error { return errors.New("not built") }
