package wire

// FieldsOf is what the decoders look for, by the object's place in the AsyncAPI
// document.
func FieldsOf() map[string][]string {
	return map[string][]string{
		"alarm": alarmFields, "checkin": checkInFields, "reading": readingFields, "state": stateFields,
		"command": commandFields, "command/properties/drill": drillFields,
		"alert": alertFields, "named": namedFields, "text": textFields, "receipt": receiptFields,
	}
}
