package board_test

import (
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"periph.io/x/conn/v3/gpio"

	"example.org/campushub/firmware-sim/board"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPinWakesWhoWaitsForTheRightEdge(t *testing.T) {
	for edge, want := range map[gpio.Edge][2]bool{ // falling, rising
		gpio.NoEdge:      {false, false},
		gpio.FallingEdge: {true, false},
		gpio.RisingEdge:  {false, true},
		gpio.BothEdges:   {true, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := board.NewPin("p")
			require.NoError(t, p.In(gpio.PullUp, edge))
			p.Drive(gpio.Low)
			assert.Equal(t, want[0], p.WaitForEdge(time.Second), "%s falling", edge)
			p.Drive(gpio.High)
			assert.Equal(t, want[1], p.WaitForEdge(time.Second), "%s rising", edge)
			assert.Equal(t, 2, p.Turns())
			assert.Equal(t, gpio.PullUp, p.Pull())
		})
	}
}

func TestPinForgetsEdgesFromBeforeItWasSetUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := board.NewPin("p")
		require.NoError(t, p.In(gpio.PullUp, gpio.BothEdges))
		p.Drive(gpio.Low)
		p.Drive(gpio.Low)
		require.NoError(t, p.In(gpio.PullUp, gpio.BothEdges))
		assert.False(t, p.WaitForEdge(time.Second))
		assert.Equal(t, gpio.Low, p.Read())
	})
}

func TestOutputIsNoEdge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := board.NewPin("p")
		require.NoError(t, p.Out(gpio.Low))
		require.NoError(t, p.Out(gpio.High))
		assert.Equal(t, gpio.High, p.Read())
		assert.Equal(t, 2, p.Turns())
		assert.False(t, p.WaitForEdge(time.Second))
		assert.Error(t, p.PWM(gpio.DutyHalf, 0))
	})
}

func TestContactClosesToGroundForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := board.NewContact("c")
		assert.Equal(t, gpio.High, c.Read())
		c.CloseFor(time.Second)
		assert.Equal(t, gpio.Low, c.Read())
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, gpio.High, c.Read())

		c.CloseFor(time.Second)
		time.Sleep(time.Second / 2)
		c.CloseFor(time.Second)
		time.Sleep(time.Second * 3 / 4)
		synctest.Wait()
		assert.Equal(t, gpio.Low, c.Read(), "pressed again, it stays longer")
		c.Close()
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Equal(t, gpio.Low, c.Read())
		c.OpenFor(time.Second)
		assert.Equal(t, gpio.High, c.Read())
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, gpio.Low, c.Read())
	})
}

func TestCardStaysUntilItIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := board.NewCards()
		_, err := c.ReadUID(time.Second)
		require.ErrorIs(t, err, board.ErrNoCard)
		require.NoError(t, c.Hold([]byte{1, 2, 3, 4}))
		require.ErrorIs(t, c.Hold([]byte{5, 6, 7, 8}), board.ErrBusy)
		uid, err := c.ReadUID(time.Second)
		require.NoError(t, err)
		assert.Equal(t, []byte{1, 2, 3, 4}, uid)
	})
}

// echo is a server on the loopback interface that answers with what it hears.
func echo(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = io.Copy(conn, conn)
			}()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().String()
}

func dial(t *testing.T, r *board.Radio, address string) net.Conn {
	t.Helper()
	conn, err := r.Dial(t.Context(), "tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func exchange(t *testing.T, conn net.Conn) {
	t.Helper()
	_, err := conn.Write([]byte("ping"))
	require.NoError(t, err)
	got := make([]byte, 4)
	_, err = io.ReadFull(conn, got)
	require.NoError(t, err)
	assert.Equal(t, "ping", string(got))
}

func TestCutRadioEndsItsConnections(t *testing.T) {
	r, address := board.NewRadio(), echo(t)
	conn := dial(t, r, address)
	exchange(t, conn)
	r.Cut()
	_, err := conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, board.ErrNoCarrier)
	_, err = r.Dial(t.Context(), "tcp", address)
	require.ErrorIs(t, err, board.ErrNoCarrier)
	r.Restore()
	exchange(t, dial(t, r, address))
}

func TestSilentRadioLosesWhatIsSentAndSaysNothing(t *testing.T) {
	r, address := board.NewRadio(), echo(t)
	conn := dial(t, r, address)
	exchange(t, conn)
	r.Silence()
	n, err := conn.Write([]byte("lost"))
	require.NoError(t, err)
	assert.Equal(t, 4, n)
	read := make(chan error, 1)
	go func() {
		_, err := conn.Read(make([]byte, 4))
		read <- err
	}()
	assert.Empty(t, read)
	r.Restore()
	require.ErrorIs(t, <-read, board.ErrNoCarrier, "what was lost is missing, so the connection is over")
	exchange(t, dial(t, r, address))
}

func TestRadioReportsAHubThatIsNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	_, err = board.NewRadio().Dial(context.Background(), "tcp", l.Addr().String())
	require.Error(t, err)
	assert.NotErrorIs(t, err, board.ErrNoCarrier)
}
