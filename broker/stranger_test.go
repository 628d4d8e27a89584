package broker

import (
	"bufio"
	"net"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stranger is Debian's mosquitto client of the given name.
func (r *rig) stranger(name, version, user string, arguments ...string) *exec.Cmd {
	r.t.Helper()
	host, port, err := net.SplitHostPort(r.address())
	require.NoError(r.t, err)
	all := append([]string{"-V", version, "-h", host, "-p", port, "-u", user, "-P", "secret of " + user}, arguments...)
	return exec.CommandContext(r.t.Context(), name, all...)
}

func TestAStrangersClient(t *testing.T) {
	for _, version := range []string{"311", "5"} {
		t.Run(version, func(t *testing.T) {
			r := start(t, Limits{})
			for _, qos := range []string{"0", "1", "2"} {
				out, err := r.stranger("mosquitto_pub", version, "sunrise/b-1", "-q", qos, "-t", alarm1, "-m", press1).CombinedOutput()
				require.NoError(t, err, string(out))
				assert.Equal(t, pressID, receive(t, r.hub.presses).ID)
			}

			sub := r.stranger("mosquitto_sub", version, "police/desk-1", "-q", "1", "-t", desk1, "-C", "50")
			lines, err := sub.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, sub.Start())
			r.expect("up police/desk-1")
			for range 50 { // more than the 20 that mosquitto_sub takes at a time
				require.NoError(t, r.Send(desk1, []byte("an alert"), nil))
			}
			scan := bufio.NewScanner(lines)
			for range 50 {
				require.True(t, scan.Scan())
				assert.Equal(t, "an alert", scan.Text())
			}
			require.NoError(t, sub.Wait())
			r.expect("down police/desk-1")
		})
	}
}

func TestAStrangersClientIsTurnedAway(t *testing.T) {
	for version, told := range map[string]string{"311": "not authorised", "5": "Bad User Name or Password"} {
		r := start(t, Limits{})
		out, err := r.stranger("mosquitto_pub", version, "sunrise/b-1", "-P", "guess", "-t", alarm1, "-m", press1).CombinedOutput()
		require.Error(t, err)
		assert.Contains(t, string(out), told)
		assert.InDelta(t, 1, r.refusedCount(ReasonCredentials), 0)
	}
}
