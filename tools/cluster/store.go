package main

import (
	"errors"
	"net/url"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// storeAddress is a socket in the data folder, which is the working folder: nobody else can reach it, no port is taken,
// and the name stays shorter than a socket's may be.
const (
	storeAddress  = "unix://etcd.sock"
	peerAddress   = "unix://peer.sock"
	storePatience = 30 * time.Second
	storeFarewell = 2 * time.Second
)

// startStore starts etcd. It never waits for the disk: the end of this process loses nothing, only that of the machine
// may.
func startStore() (*embed.Etcd, error) {
	config := embed.NewConfig()
	config.Name = "lepton"
	config.Dir = "etcd"
	config.UnsafeNoFsync = true
	config.LogLevel = "warn"
	config.LogOutputs = []string{"stderr"}
	config.AutoCompactionMode = "revision"
	config.AutoCompactionRetention = "10000"
	clients, err := url.Parse(storeAddress)
	if err != nil {
		return nil, err
	}
	peers, err := url.Parse(peerAddress)
	if err != nil {
		return nil, err
	}
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{*clients}, []url.URL{*clients}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{*peers}, []url.URL{*peers}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	store, err := embed.StartEtcd(config)
	if err != nil {
		return nil, err
	}
	select {
	case <-store.Server.ReadyNotify():
		return store, nil
	case err := <-store.Err():
		return nil, err
	case <-time.After(storePatience):
		store.Server.HardStop()
		return nil, errors.New("etcd is not ready in time")
	}
}

// stopStore lets etcd write what it holds, but does not wait for clients that hang on.
func stopStore(store *embed.Etcd) {
	closed := make(chan struct{})
	go func() {
		store.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(storeFarewell):
	}
}
