package storage

import "mvkbot/flows"

// surname checks that whoever has one is found by it, and counts the rows that
// there must be.
func (c *checker) surname(who flows.Cursor, surname string) error {
	for _, p := range flows.SurnamePrefixes(surname) {
		row, err := c.snap.Get(c.store.surnameKey(p, who))
		switch {
		case err != nil:
			return err
		case row == nil:
			c.fault("its surname is not in the index")
			return nil
		}
		c.wanted++
	}
	return nil
}

// strays names the rows of surnames that nobody has. All that there must be were
// found, so that there are none unless there are more.
func (c *checker) strays() error {
	if c.report.Surnames == c.wanted {
		return nil
	}
	return c.snap.Scan([]byte{kindSurname}, nil, func(k, _ []byte) (bool, error) {
		if len(k) != surnameKeySize { // named as of a wrong length
			return true, nil
		}
		c.key, c.name = k, "surname"
		kind := map[byte]byte{tagAccount: kindAccount, tagRegistration: kindConversation}[k[1+hashSize]]
		if kind == 0 {
			c.fault("of no known tag")
			return true, nil
		}
		who, surname, err := c.store.surnameOf(c.snap, append([]byte{kind}, k[1+hashSize+1:]...))
		if err != nil {
			return false, err
		}
		for _, p := range flows.SurnamePrefixes(surname) {
			if string(c.store.surnameKey(p, who)) == string(k) {
				return true, nil
			}
		}
		c.fault("who is found by it has another surname or none")
		return true, nil
	})
}

// hasUsername checks that a chat is found by its username.
func (c *checker) hasUsername(chat int64, name string) error {
	if name == "" {
		return nil
	}
	row, err := c.snap.Get(c.store.usernameKey(name))
	if err == nil && string(row) != string(chatKey(chat)[1:]) {
		c.fault("its username is not in the index")
	}
	return err
}

// username checks that the chat that is found by a username has it.
func (c *checker) username(value []byte) error {
	if len(value) != 8 {
		c.fault("chat of %d bytes", len(value))
		return nil
	}
	var v flows.Conversation
	_, err := c.find(append([]byte{kindConversation}, value...), &v)
	if err == nil && (v.Username == "" || string(c.store.usernameKey(v.Username)) != string(c.key)) {
		c.fault("its chat has another username or none")
	}
	return err
}
