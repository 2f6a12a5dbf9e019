package flows

// The words of the file of bad rows that an import leaves.
const (
	TextBadLine   Text = "import.line"
	TextBadReason Text = "import.reason"
	TextBadRow    Text = "import.row"
	TextBadMore   Text = "import.more"    // N rows are not listed
	TextBadWhy    Text = "import.bad_row" // Column, Reason, Value; N is the line that a repeated one repeats
)
