// Package storage keeps conversations, accounts and everything else that must
// survive: typed records and indexes over a small ordered key-value seam.
package storage
