package main

import "errors"

type contractsImportCmd struct {
	File string `arg:"" help:"CSV or XLSX."`
}

func (contractsImportCmd) Run(*app) error { return errors.New("not built") }
