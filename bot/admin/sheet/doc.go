// Package sheet writes tables as CSV files that a spreadsheet opens without
// harm: UTF-8 with BOM, semicolons, every cell in quotes, and no cell that is
// read as a formula or as anything but its own text.
package sheet
