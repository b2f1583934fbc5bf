package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/spf13/pflag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	cliflag "k8s.io/component-base/cli/flag"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	apiserveroptions "k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	manager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	manageroptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	kubescheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	scheduleroptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"
)

const (
	issuer   = "https://kubernetes.default.svc.cluster.local"
	services = "10.96.0.0/16"

	askEvery = 50 * time.Millisecond
	patience = 2 * time.Minute
)

// parse reads the flags of one part as its own command line would.
func parse(sets cliflag.NamedFlagSets, arguments ...string) error {
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	for _, set := range sets.FlagSets {
		all.AddFlagSet(set)
	}
	return all.Parse(arguments)
}

// apiServer prepares the API server on a free port and returns its address and what runs it. It sets what is common to
// all parts in a process, so it comes first.
func apiServer(ctx context.Context, chosen settings, secrets *secrets) (string, func() error, error) {
	options := apiserveroptions.NewServerRunOptions()
	seconds := fmt.Sprint(int(chosen.eviction.Seconds()))
	err := parse(options.Flags(),
		"--etcd-servers="+storeAddress,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		// Nothing in the cluster runs, so nothing asks for the address of the API server.
		"--endpoint-reconciler-type=none",
		"--tls-cert-file="+secrets.certFile,
		"--tls-private-key-file="+secrets.keyFile,
		"--token-auth-file="+secrets.tokensFile,
		"--anonymous-auth=false",
		"--authorization-mode=Node,RBAC",
		"--service-account-issuer="+issuer,
		"--service-account-key-file="+secrets.accountsFile,
		"--service-account-signing-key-file="+secrets.accountsFile,
		"--service-cluster-ip-range="+services,
		"--default-not-ready-toleration-seconds="+seconds,
		"--default-unreachable-toleration-seconds="+seconds,
		"--enable-priority-and-fairness=false",
		"--profiling=false",
		"--allow-privileged=true",
	)
	if err != nil {
		return "", nil, err
	}
	if err := options.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return "", nil, err
	}
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	options.SecureServing.Listener = listener
	options.SecureServing.BindPort = listener.Addr().(*net.TCPAddr).Port
	completed, err := options.Complete(ctx)
	if err != nil {
		return "", nil, err
	}
	if err := errors.Join(completed.Validate()...); err != nil {
		return "", nil, err
	}
	return "https://" + listener.Addr().String(), func() error { return apiserver.Run(ctx, completed) }, nil
}

// controllerManager runs the controllers of Kubernetes, as a managed cluster has them. Those are left out that wait for
// somebody who is not here: a CSI driver to attach volumes, a cloud to give networks to nodes.
func controllerManager(ctx context.Context, chosen settings, secrets *secrets, kubeconfig string) error {
	options, err := manageroptions.NewKubeControllerManagerOptions()
	if err != nil {
		return err
	}
	known, disabled, aliases := manager.KnownControllers(), manager.ControllersDisabledByDefault(), manager.ControllerAliases()
	flags := options.Flags(known, disabled, aliases)
	err = parse(flags,
		"--kubeconfig="+kubeconfig,
		"--secure-port=0",
		"--leader-elect=false",
		"--controllers=*,-persistentvolume-attach-detach-controller,-node-ipam-controller,-certificatesigningrequest-signing-controller",
		"--service-account-private-key-file="+secrets.accountsFile,
		"--root-ca-file="+secrets.caFile,
		"--kube-api-qps=1000",
		"--kube-api-burst=2000",
		"--node-monitor-period="+(chosen.nodeGrace/4).String(),
		"--node-monitor-grace-period="+chosen.nodeGrace.String(),
		"--node-startup-grace-period="+chosen.nodeGrace.String(),
		// In a small cluster half of it is lost soon, on purpose, and the controller would stop evicting or take its time.
		// Where no node at all is left it still does.
		"--unhealthy-zone-threshold=1",
		"--node-eviction-rate=10",
		"--secondary-node-eviction-rate=10",
	)
	if err != nil {
		return err
	}
	options.ParsedFlags = &flags
	config, err := options.Config(ctx, known, disabled, aliases)
	if err != nil {
		return err
	}
	return manager.Run(ctx, config.Complete())
}

// scheduler runs the scheduler with its default profile.
func scheduler(ctx context.Context, kubeconfig string) error {
	options := scheduleroptions.NewOptions()
	if err := parse(*options.Flags, "--kubeconfig="+kubeconfig, "--secure-port=0", "--leader-elect=false",
		"--kube-api-qps=1000", "--kube-api-burst=2000"); err != nil {
		return err
	}
	name, err := cache.NewInformerName("kube-scheduler")
	if err != nil {
		return err
	}
	options.InformerName = name
	config, made, err := kubescheduler.Setup(ctx, options)
	if err != nil {
		return err
	}
	return kubescheduler.Run(ctx, config, made)
}

// untilServing waits until the API server calls itself ready.
func untilServing(ctx context.Context, config *rest.Config) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	return wait.PollUntilContextTimeout(ctx, askEvery, patience, true, func(ctx context.Context) (bool, error) {
		return client.RESTClient().Get().AbsPath("/readyz").Do(ctx).Error() == nil, nil
	})
}

// untilUsable waits until pods can be made: their namespace has its service account.
func untilUsable(ctx context.Context, config *rest.Config) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	return wait.PollUntilContextTimeout(ctx, askEvery, patience, true, func(ctx context.Context) (bool, error) {
		_, err := client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err == nil, nil
	})
}
