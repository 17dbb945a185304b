// A stand-in for kube-apiserver and etcd: it takes any flags, listens where its probes look, and behaves as a control file says.
// With MODEL_ROLE=watch it prints inotify events of a directory instead, one a line, for the model of kubelet.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Rule says how a component behaves whose command line has a flag with this prefix ("" is any).
type Rule struct {
	Component string `json:"component"`
	Flag      string `json:"flag"`
	// Refuse ends the process at once, as an unknown flag does.
	Refuse bool `json:"refuse"`
	// NeverReady listens, and answers 500 for ever.
	NeverReady bool `json:"neverReady"`
	// CrashAfter ends the process so many milliseconds after it has become ready.
	CrashAfter int `json:"crashAfter"`
	// StartAfter is the time until it listens, ExitAfter the time from the first SIGTERM to the end, in milliseconds.
	StartAfter int `json:"startAfter"`
	ExitAfter  int `json:"exitAfter"`
	// LingerPort keeps the port open after SIGTERM for so many milliseconds, as --shutdown-delay-duration does.
	LingerPort int `json:"lingerPort"`
}

func main() {
	if os.Getenv("MODEL_ROLE") == "watch" {
		watch(os.Args[1])
		return
	}
	component := filepath.Base(os.Args[0])
	rule := find(component)
	if rule.Refuse {
		fail("unknown flag")
	}
	for _, arg := range os.Args[1:] {
		if path, ok := strings.CutPrefix(arg, "--tracing-config-file="); ok {
			if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), "kind: TracingConfiguration\n") {
				fail("no valid tracing configuration at " + path)
			}
		}
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM)
	started := make(chan bool)
	go func() {
		start(rule)
		close(started)
	}()
	select {
	case <-started:
	case <-signals:
		os.Exit(0)
	}
	ready := time.Now()
	etcd := os.Getenv("MODEL_ETCD")
	listener, err := net.Listen("tcp", os.Getenv("MODEL_LISTEN"))
	if err != nil {
		fail(err.Error())
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rule.NeverReady || (etcd != "" && !strings.HasPrefix(r.URL.Path, "/livez") && !accepts(etcd)) {
			w.WriteHeader(500)
		}
	})
	go http.Serve(listener, handler)
	var crash <-chan time.Time
	if rule.CrashAfter > 0 {
		crash = time.After(time.Until(ready.Add(time.Duration(rule.CrashAfter) * time.Millisecond)))
	}
	select {
	case <-crash:
		os.Exit(1)
	case <-signals:
	}
	linger := time.After(time.Duration(rule.LingerPort) * time.Millisecond)
	end := time.After(time.Duration(rule.ExitAfter) * time.Millisecond)
	if rule.LingerPort == 0 {
		listener.Close()
	}
	for {
		select {
		case <-linger:
			listener.Close()
		case <-end:
			os.Exit(0)
		case <-signals:
			os.Exit(1) // "second signal, exit directly"
		}
	}
}

func find(component string) Rule {
	rule := Rule{StartAfter: 100, ExitAfter: 30}
	if component == "kube-apiserver" {
		// It waits for open watches until kubelet's grace period is over.
		rule = Rule{StartAfter: 300, ExitAfter: 60000}
	}
	text, err := os.ReadFile(os.Getenv("MODEL_CONTROL"))
	if err != nil {
		return rule
	}
	var rules []json.RawMessage
	if err := json.Unmarshal(text, &rules); err != nil {
		fail(err.Error())
	}
	for _, raw := range rules {
		var head Rule
		if err := json.Unmarshal(raw, &head); err != nil {
			fail(err.Error())
		}
		if head.Component == component && hasFlag(head.Flag) {
			json.Unmarshal(raw, &rule)
			return rule
		}
	}
	return rule
}

func hasFlag(prefix string) bool {
	for _, arg := range os.Args {
		if strings.HasPrefix(arg, prefix) {
			return true
		}
	}
	return false
}

// The API server does not listen before it has reached etcd, and gives up after a while.
func start(rule Rule) {
	time.Sleep(time.Duration(rule.StartAfter) * time.Millisecond)
	etcd := os.Getenv("MODEL_ETCD")
	for end := time.Now().Add(20 * time.Second); etcd != "" && !accepts(etcd); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			fail("etcd does not answer")
		}
	}
}

func accepts(address string) bool {
	connection, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	connection.Close()
	return true
}

func fail(reason string) {
	fmt.Fprintln(os.Stderr, filepath.Base(os.Args[0])+": "+reason)
	os.Exit(1)
}
