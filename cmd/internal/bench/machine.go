package main

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// machine is what the figures are true for.
type machine struct {
	Cores     int    `json:"cores"`
	CPU       string `json:"cpu"`
	Memory    string `json:"memory"`
	Kernel    string `json:"kernel"`
	Go        string `json:"go"`
	Mosquitto string `json:"mosquitto"`
}

func thisMachine(mosquitto string) machine {
	return machine{
		Cores: runtime.NumCPU(), Go: runtime.Version(),
		CPU:       valueOf("/proc/cpuinfo", "model name"),
		Memory:    valueOf("/proc/meminfo", "MemTotal"),
		Kernel:    firstLine("/proc/sys/kernel/osrelease"),
		Mosquitto: versionOf(mosquitto),
	}
}

// valueOf reads the first "key : value" of a file under /proc.
func valueOf(path, key string) string {
	raw, _ := os.ReadFile(path) // what cannot be read is unknown
	for l := range strings.Lines(string(raw)) {
		name, value, ok := strings.Cut(l, ":")
		if ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func firstLine(path string) string {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	return line
}

// versionOf reads the first line of its help, which it prints with exit
// status 3.
func versionOf(mosquitto string) string {
	out, _ := exec.Command(mosquitto, "-h").Output()
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line)
}
