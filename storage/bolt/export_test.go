package bolt

// What the tests of this package see of its inside.
const (
	MaxGroup = maxGroup
	MaxAlone = maxAlone
)

// OpenOn opens the database on a file that the test provides.
var OpenOn = open
