package flows

import "slices"

// AlarmName is a trouble of the bot that administrators are told of.
type AlarmName string

// The troubles that are told once, until they clear.
const (
	AlarmSMS         AlarmName = "sms"          // the gateway takes nothing
	AlarmMail        AlarmName = "mail"         // nor does the mail server
	AlarmConflict    AlarmName = "conflict"     // another program polls with our token
	AlarmDisk        AlarmName = "disk"         // it is nearly full
	AlarmClock       AlarmName = "clock"        // it jumped
	AlarmPast        AlarmName = "past"         // it is behind the newest record
	AlarmFaults      AlarmName = "faults"       // turns are given up
	AlarmTickets     AlarmName = "tickets"      // a resident waits for an answer too long
	AlarmDeadLetters AlarmName = "dead_letters" // some lie there that nobody has looked at
	AlarmDay         AlarmName = "sms_day"      // the day's SMS are nearly spent
	AlarmConversion  AlarmName = "conversion"   // nobody enters the codes
	AlarmDirectory   AlarmName = "directory"    // it lost so much that nobody is told
)

// Alarm is a trouble that was told and has not cleared.
type Alarm struct {
	Name  AlarmName `cbor:"1,keyasint"`
	Since int64     `cbor:"2,keyasint"` // Unix seconds
}

// RaiseAlarm notes a trouble; false when it was told already.
func RaiseAlarm(l Alarms, name AlarmName, at int64) bool {
	if alarm(l, name) >= 0 {
		return false
	}
	l.SetAlarms(append(slices.Clone(l.Alarms()), Alarm{Name: name, Since: at}))
	return true
}

// ClearAlarm notes the end of a trouble; false when none was told.
func ClearAlarm(l Alarms, name AlarmName) bool {
	i := alarm(l, name)
	if i < 0 {
		return false
	}
	l.SetAlarms(slices.Delete(slices.Clone(l.Alarms()), i, i+1))
	return true
}

func alarm(l Alarms, name AlarmName) int {
	return slices.IndexFunc(l.Alarms(), func(a Alarm) bool { return a.Name == name })
}
