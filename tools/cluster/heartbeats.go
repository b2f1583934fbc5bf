package main

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	coordination "k8s.io/client-go/applyconfigurations/coordination/v1"
	meta "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
)

const heartbeatManager = "lepton-heartbeats"

// beat is the heart of all nodes that kwok plays: it renews their leases four times in the silence that a node may have.
//
// kwok would do that itself. But of a node whose name comes back while its last renewal is under way, v0.8.0 queues the
// next one twice, and then its queue gives out nothing any more: all nodes fall silent.
func beat(ctx context.Context, chosen settings, config *rest.Config) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	again := time.NewTicker(chosen.nodeGrace / 4)
	defer again.Stop()
	for {
		nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{LabelSelector: managed})
		if err != nil {
			klog.ErrorS(err, "Nodes miss a heartbeat")
			nodes = &corev1.NodeList{}
		}
		for _, node := range nodes.Items {
			if err := renew(ctx, chosen, client, &node); err != nil {
				klog.ErrorS(err, "A node misses a heartbeat", "node", node.Name)
			}
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func renew(ctx context.Context, chosen settings, client kubernetes.Interface, node *corev1.Node) error {
	owner := meta.OwnerReference().WithAPIVersion("v1").WithKind("Node").WithName(node.Name).WithUID(node.UID)
	spec := coordination.LeaseSpec().
		WithHolderIdentity(node.Name).
		WithLeaseDurationSeconds(int32(chosen.nodeGrace.Seconds())).
		WithRenewTime(metav1.NowMicro())
	lease := coordination.Lease(node.Name, corev1.NamespaceNodeLease).WithOwnerReferences(owner).WithSpec(spec)
	options := metav1.ApplyOptions{FieldManager: heartbeatManager, Force: true}
	_, err := client.CoordinationV1().Leases(corev1.NamespaceNodeLease).Apply(ctx, lease, options)
	return err
}
