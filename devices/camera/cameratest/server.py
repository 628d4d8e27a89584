"""A camera by somebody else: GStreamer's RTSP server with x264.

usage: server.py PORT [USER PASSWORD]   prints the port when it is ready

Each picture has its number along its upper edge, 16 squares of 16 pixels, the
lowest bit on the left. The numbers begin with 0 when the program does, and
connections come and go without it.
"""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

WIDTH, HEIGHT, RATE = 320, 180, 25
CHROMA = bytes([128]) * (WIDTH * HEIGHT // 2)


def picture(n):
    """A picture in I420: its number, and below it a bar that moves."""
    edge = b"".join(bytes([235 if n >> bit & 1 else 16]) * 16 for bit in range(16))
    row = bytearray(bytes([100]) * WIDTH)
    x = n * 4 % (WIDTH - 32)
    row[x : x + 32] = bytes([200]) * 32
    return (edge + bytes(WIDTH - 256)) * 16 + bytes(row) * (HEIGHT - 16) + CHROMA


class Camera(GstRtspServer.RTSPMediaFactory):
    number = 0

    def do_create_element(self, url):
        return Gst.parse_launch(
            "( appsrc name=lens is-live=true format=time do-timestamp=true caps=video/x-raw,format=I420,width=%d,height=%d,framerate=%d/1"
            " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=%d threads=1 ! rtph264pay name=pay0 pt=96 )" % (WIDTH, HEIGHT, RATE, RATE)
        )

    def do_configure(self, media):
        lens = media.get_element().get_by_name_recurse_up("lens")

        def push():
            buffer = Gst.Buffer.new_wrapped(picture(self.number))
            buffer.duration = Gst.SECOND // RATE
            self.number += 1
            return lens.emit("push-buffer", buffer) == Gst.FlowReturn.OK

        GLib.timeout_add(1000 // RATE, push)


Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
factory = Camera()
factory.set_shared(True)
if len(sys.argv) > 2:
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(2)  # digest
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_digest(sys.argv[2], sys.argv[3], token)
    server.set_auth(auth)
    factory.add_role_from_structure(Gst.Structure.from_string("viewer,media.factory.access=(boolean)true,media.factory.construct=(boolean)true")[0])
server.get_mount_points().add_factory("/main", factory)
if not server.attach(None):
    sys.exit("no port %s" % sys.argv[1])
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
