package admin

import (
	"slices"

	"mvkbot/flows"
)

// pagesOf is how many pages a list takes; an empty one takes one.
func pagesOf(all, page int) int { return max(1, (all+page-1)/page) }

// pageButtons turn the pages of a list; none where there is one page.
func pageButtons(page, pages int) [][]flows.Button {
	var row []flows.Button
	if page > 0 {
		row = append(row, flows.Button{Caption: "button.prev", Event: pageTurned, Arg: page - 1})
	}
	if page+1 < pages {
		row = append(row, flows.Button{Caption: "button.next", Event: pageTurned, Arg: page + 1})
	}
	if row == nil {
		return nil
	}
	return [][]flows.Button{row}
}

// cursorButtons turn the pages of a list that is read from a cursor, where zero
// is its beginning and its end: first leads from a page there, next onwards.
func cursorButtons(page, cursor int, first, next flows.Text) [][]flows.Button {
	var row []flows.Button
	if page > 0 {
		row = append(row, flows.Button{Caption: first, Event: pageTurned})
	}
	if cursor != 0 {
		row = append(row, flows.Button{Caption: next, Event: pageTurned, Arg: cursor})
	}
	if row == nil {
		return nil
	}
	return [][]flows.Button{row}
}

// inPairs puts buttons with short captions beside each other.
func inPairs(buttons []flows.Button) [][]flows.Button {
	return slices.Collect(slices.Chunk(buttons, 2))
}
