package main

import "errors"

type doctorCmd struct{}

func (doctorCmd) Run(*app) error { return errors.New("not built") }
