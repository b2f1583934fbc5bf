// Command cluster is a Kubernetes control plane in one process: etcd, the API server, the controller manager and the
// scheduler as they are released, and kwok in the place of kubelets.
//
// It keeps all it has in one folder and listens on the loopback interface only. When it is ready it prints one line of
// JSON on standard output. It ends when its standard input does, so that it never outlives the process that started it,
// however that one ends.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
)

// settings is what a caller may choose.
type settings struct {
	data string
	// nodeGrace is how long a node may be silent before it counts as lost.
	nodeGrace time.Duration
	// eviction is how long pods stay on a node that is lost or not ready, unless they say otherwise themselves.
	eviction time.Duration
}

// announcement is the line printed when all is ready.
type announcement struct {
	Endpoint   string `json:"endpoint"`
	CAFile     string `json:"ca_file"`
	Token      string `json:"token"`
	Kubeconfig string `json:"kubeconfig"`
	Pid        int    `json:"pid"`
}

func main() {
	var chosen settings
	flag.StringVar(&chosen.data, "data", "", "folder for all that is kept between runs; required")
	flag.DurationVar(&chosen.nodeGrace, "node-grace", 20*time.Second, "silence after which a node counts as lost")
	flag.DurationVar(&chosen.eviction, "eviction", 300*time.Second, "how long pods stay on a node that is lost or not ready")
	flag.Parse()
	if chosen.data == "" || flag.NArg() != 0 || chosen.nodeGrace < 4*time.Second {
		fmt.Fprintln(os.Stderr, "usage: cluster -data FOLDER [-node-grace 20s (at least 4s)] [-eviction 300s]")
		os.Exit(2)
	}
	answers, err := enter(chosen.data)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	if err := run(ctx, chosen, answers); err != nil && ctx.Err() == nil {
		klog.ErrorS(err, "The control plane ends")
		klog.Flush()
		os.Exit(1)
	}
	klog.Flush()
}

// enter makes the data folder the working folder and its log file the standard error and output of everything in this
// process. The file that it returns is what standard output was.
func enter(data string) (*os.File, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	if err := os.Chdir(data); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile("lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, fmt.Errorf("%s is in use by another control plane", data)
	}
	held = lock
	kept, err := unix.Dup(1)
	if err != nil {
		return nil, err
	}
	unix.CloseOnExec(kept)
	log, err := os.OpenFile("log", os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	for _, stream := range []int{1, 2} {
		if err := unix.Dup2(int(log.Fd()), stream); err != nil {
			return nil, err
		}
	}
	return os.NewFile(uintptr(kept), "stdout"), nil
}

// held keeps the lock file open, and with it the lock, as long as the process lives.
var held *os.File

// run starts everything, says so, and returns when ctx ends or any part does.
func run(ctx context.Context, chosen settings, answers io.WriteCloser) error {
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	secrets, err := secretsIn(folder)
	if err != nil {
		return err
	}
	store, err := startStore()
	if err != nil {
		return err
	}
	defer stopStore(store)

	ended := make(chan error, 8)
	start := func(name string, part func() error) {
		go func() {
			err := part()
			if err == nil {
				err = errors.New("it returned")
			}
			ended <- fmt.Errorf("%s: %w", name, err)
		}()
	}
	endpoint, serve, err := apiServer(ctx, chosen, secrets)
	if err != nil {
		return err
	}
	start("kube-apiserver", serve)
	kubeconfig, err := secrets.kubeconfig(endpoint)
	if err != nil {
		return err
	}
	client := &rest.Config{
		Host: endpoint, BearerToken: secrets.token, QPS: -1,
		TLSClientConfig: rest.TLSClientConfig{CAFile: secrets.caFile},
	}
	ready := make(chan error, 1)
	go func() { ready <- untilServing(ctx, client) }()
	select {
	case err := <-ready:
		if err != nil {
			return err
		}
	case err := <-ended:
		return err
	case <-ctx.Done():
		return nil
	}
	start("kube-controller-manager", func() error { return controllerManager(ctx, chosen, secrets, kubeconfig) })
	start("kube-scheduler", func() error { return scheduler(ctx, kubeconfig) })
	start("volumes", func() error { return provisionVolumes(ctx, client) })
	start("heartbeats", func() error { return beat(ctx, chosen, client) })
	if err := startKubelets(ctx, client, kubeconfig); err != nil {
		return fmt.Errorf("kwok: %w", err)
	}
	go func() { ready <- untilUsable(ctx, client) }()
	select {
	case err := <-ready:
		if err != nil {
			return err
		}
	case err := <-ended:
		return err
	case <-ctx.Done():
		return nil
	}
	said := announcement{
		Endpoint: endpoint, CAFile: secrets.caFile, Token: secrets.token,
		Kubeconfig: filepath.Join(folder, "kubeconfig"), Pid: os.Getpid(),
	}
	if err := json.NewEncoder(answers).Encode(said); err != nil {
		return err
	}
	if err := answers.Close(); err != nil {
		return err
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return nil
	}
}
