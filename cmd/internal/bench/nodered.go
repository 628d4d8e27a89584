package main

import (
	"context"
	"fmt"
	"os/user"
	"path/filepath"

	"example.org/campushub/firmware-sim/campus/load"
)

// stackMosquitto is Debian's own configuration (persistence on) with a listener
// of ours. In the stack's favour: no delay of small packets, and no bound to
// what waits for Node-RED. It keeps the user that started it, because the
// folder belongs to that user.
const stackMosquitto = `listener %d 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
persistence true
persistence_location %s/
max_queued_messages 0
user %s
log_dest none
`

// nodeREDSettings switches off what a hub without a screen needs not. The
// reconnect time is in the stack's favour: as shipped it is 15,000 ms.
const nodeREDSettings = `module.exports = {
  flowFile: "flows.json",
  credentialSecret: false,
  httpAdminRoot: false,
  httpNodeRoot: false,
  telemetry: {enabled: false, updateNotification: false},
  externalModules: {autoInstall: false, palette: {allowInstall: false}},
  mqttReconnectTime: 1000,
  logging: {console: {level: "fatal", metrics: false, audit: false}}
}
`

// nodeREDFlow is mqtt in → function → http request. In the stack's favour:
// QoS 1, a session that the broker keeps while Node-RED is away, and
// connections that are kept between two webhooks.
const nodeREDFlow = `[
  {"id": "press", "type": "tab", "label": "press to webhook"},
  {"id": "broker", "type": "mqtt-broker", "broker": "127.0.0.1", "port": "%d", "clientid": "node-red", "autoConnect": true,
   "usetls": false, "protocolVersion": "4", "keepalive": "60", "cleansession": false, "autoUnsubscribe": false},
  {"id": "in", "type": "mqtt in", "z": "press", "broker": "broker", "topic": "campus/+/+/alarm", "qos": "1",
   "datatype": "json", "inputs": 0, "wires": [["make"]]},
  {"id": "make", "type": "function", "z": "press", "outputs": 1, "libs": [], "wires": [["post"]],
   "func": "const at = msg.topic.split('/');\nreturn {payload: {id: msg.payload.id, kind: msg.payload.kind, school: at[1], device: at[2]}};"},
  {"id": "post", "type": "http request", "z": "press", "method": "POST", "url": "%s", "ret": "txt", "paytoqs": "ignore",
   "persist": true, "senderr": false, "headers": [], "wires": [[]]}
]
`

// newNodeRED is the stack that people build by hand.
func newNodeRED(dir, url, modules, broker string) (*peer, error) {
	address, port, err := loopback()
	if err != nil {
		return nil, err
	}
	me, err := user.Current()
	if err != nil {
		return nil, fmt.Errorf("configure mosquitto: %w", err)
	}
	err = files(dir, map[string]string{
		"mosquitto.conf": fmt.Sprintf(stackMosquitto, port, dir, me.Username),
		"settings.js":    nodeREDSettings,
		"flows.json":     fmt.Sprintf(nodeREDFlow, port, url),
	})
	if err != nil {
		return nil, err
	}
	m := &part{name: "Mosquitto", program: broker, args: []string{"-c", filepath.Join(dir, "mosquitto.conf")}}
	n := &part{name: "Node-RED", program: "node", args: []string{
		filepath.Join(modules, "node-red", "red.js"), "--userDir", dir, "--settings", filepath.Join(dir, "settings.js"),
	}}
	return &peer{
		name: nodeRED, parts: []*part{m, n},
		kills: []kill{{"Node-RED", []*part{n}}, {"Mosquitto", []*part{m}}, {"both at once", []*part{m, n}}},
		open: func(ctx context.Context, n int, turn func() *tally) (senders, error) {
			t, err := load.Bare(address, "bench", n, 0, "")
			if err != nil {
				return nil, err
			}
			return openButtons(ctx, t, n, turn)
		},
	}, nil
}
