package wire

import "example.org/campushub/devices"

var receiptFields = []string{"status"}

// DecodeReceipt reads what an endpoint confirms of a delivery.
func DecodeReceipt(payload []byte) (devices.ReceiptStatus, error) {
	f, err := read(payload, receiptFields)
	if err != nil {
		return "", err
	}
	s, _ := f[0].text(maxWordLength)
	switch status := devices.ReceiptStatus(s); status {
	case devices.Received, devices.Read:
		return status, nil
	}
	return "", f[0].want(shapeString, "status")
}

// EncodeReceipt writes a receipt as an endpoint sends it.
func EncodeReceipt(s devices.ReceiptStatus) []byte {
	return append(appendWord([]byte(`{"status":`), string(s)), '}')
}
