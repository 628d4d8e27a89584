// Package day plays a scenario against a hub as a stranger: every device is a
// raw MQTT 3.1.1 connection with its own identity, and says what its firmware
// would say, in the same order.
//
// It owns the connections and the ledger of what each device sent, when, and
// what was acknowledged. Readings carry boot and seq; what is not surely in
// the hub is sent again on the next connection, with its age computed anew. A
// state is said once: the next one says more. A press is repeated until the
// hub's own receipt; that of a button that was told of a drill is one of the
// drill, once.
//
// The day goes by the clock of the scenario, faster by a factor. It stands
// still while somebody outside breaks something, mends it or works on a page,
// so that the same is said during an outage on a slow machine and on a fast
// one. It starts one goroutine for each device, and one more that reads while
// the device is connected. It sends no last will, and it judges nothing.
package day
