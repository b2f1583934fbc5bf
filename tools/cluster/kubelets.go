package main

import (
	"context"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/kwok/kustomize/crd"
	"sigs.k8s.io/kwok/kustomize/stage/node/fast"
	heartbeat "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	podstages "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
	"sigs.k8s.io/kwok/pkg/apis/v1alpha1"
	"sigs.k8s.io/kwok/pkg/client/clientset/versioned"
	"sigs.k8s.io/kwok/pkg/kwok/controllers"
	kwokclient "sigs.k8s.io/kwok/pkg/utils/client"
	"sigs.k8s.io/yaml"
)

const (
	// managed is the label of nodes that kwok plays the kubelet of; a node that loses it falls silent. kwok also knows an
	// annotation of this name, but would not see it come or go.
	managed = "kwok.x-k8s.io/node=fake"
	podIPs  = "10.244.0.1/16"
	nodeIP  = "10.0.0.1"
	workers = 4
)

// podReady is the stage that makes a pod run. As kwok has it, it would also make one run whose init container fails by
// a stage of its own, for such a pod is Pending like any other.
const podReady = "pod-ready"

var nothingWaits = v1alpha1.MatchExpression{JQ: &v1alpha1.SelectorJQ{
	Key: ".status.initContainerStatuses.[].state.waiting.reason", Operator: v1alpha1.SelectorOpDoesNotExist,
}}

// podReadyAgain is what a kubelet says when it is heard again: while its node was silent, the node lifecycle controller
// took the pods there for not ready. It gives no reason; who makes a pod unready on purpose does.
const podReadyAgain = `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: pod-ready-again
spec:
  resourceRef:
    apiGroup: v1
    kind: Pod
  selector:
    matchExpressions:
    - key: .metadata.deletionTimestamp
      operator: DoesNotExist
    - key: .status.phase
      operator: In
      values: [Running]
    - key: .status.conditions.[] | select( .type == "Ready" ) | select( .reason == null ) | .status
      operator: In
      values: ["False"]
  next:
    statusTemplate: |
      conditions:
      - type: Ready
        status: "True"
        lastTransitionTime: {{ Now | Quote }}
`

// startKubelets installs the definition of stages and the stages that make nodes and pods come alive, and starts kwok.
// Stages that are there already stay as they are: whoever runs tests may have changed them.
func startKubelets(ctx context.Context, config *rest.Config, kubeconfig string) error {
	if err := defineStages(ctx, config); err != nil {
		return err
	}
	stages, err := versioned.NewForConfig(config)
	if err != nil {
		return err
	}
	for _, text := range []string{
		fast.DefaultNodeInit, heartbeat.DefaultNodeHeartbeatWithLease,
		podstages.DefaultPodReady, podstages.DefaultPodComplete, podstages.DefaultPodDelete, podReadyAgain,
	} {
		var stage v1alpha1.Stage
		if err := yaml.UnmarshalStrict([]byte(text), &stage); err != nil {
			return err
		}
		if stage.Name == podReady {
			stage.Spec.Selector.MatchExpressions = append(stage.Spec.Selector.MatchExpressions, nothingWaits)
		}
		_, err := stages.KwokV1alpha1().Stages().Create(ctx, &stage, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	settings, err := kwokSettings(kubeconfig, stages)
	if err != nil {
		return err
	}
	controller, err := controllers.NewController(*settings)
	if err != nil {
		return err
	}
	return controller.Start(ctx)
}

// defineStages makes the API server know stages. Only here: every other definition is its user's to install.
func defineStages(ctx context.Context, config *rest.Config) error {
	var definition apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(crd.Stage, &definition); err != nil {
		return err
	}
	client, err := apiextensions.NewForConfig(config)
	if err != nil {
		return err
	}
	definitions := client.ApiextensionsV1().CustomResourceDefinitions()
	if _, err := definitions.Create(ctx, &definition, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	return wait.PollUntilContextTimeout(ctx, askEvery, patience, true, func(ctx context.Context) (bool, error) {
		live, err := definitions.Get(ctx, definition.Name, metav1.GetOptions{})
		if err != nil {
			return false, nil
		}
		for _, condition := range live.Status.Conditions {
			if condition.Type == apiextensionsv1.Established && condition.Status == apiextensionsv1.ConditionTrue {
				return true, nil
			}
		}
		return false, nil
	})
}

func kwokSettings(kubeconfig string, stages versioned.Interface) (*controllers.Config, error) {
	clients, err := kwokclient.NewClientset("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config, err := clients.ToRESTConfig()
	if err != nil {
		return nil, err
	}
	dynamic, err := clients.ToDynamicClient()
	if err != nil {
		return nil, err
	}
	mapper, err := clients.ToRESTMapper()
	if err != nil {
		return nil, err
	}
	raw, err := rest.RESTClientFor(config)
	if err != nil {
		return nil, err
	}
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	id, err := controllers.Identity()
	if err != nil {
		return nil, err
	}
	return &controllers.Config{
		Clock: clock.RealClock{}, ID: id,
		DynamicClient: dynamic, RESTClient: raw, RESTMapper: mapper, TypedClient: typed, TypedKwokClient: stages,
		ImpersonatingDynamicClient:   clients.ToImpersonatingDynamicClient(),
		ImpersonatingTypedClient:     clients.ToImpersonatingTypedClient(),
		ManageNodesWithLabelSelector: managed,
		CIDR:                         podIPs,
		NodeIP:                       nodeIP,
		PodPlayStageParallelism:      workers,
		NodePlayStageParallelism:     workers,
		PodsOnNodeSyncParallelism:    workers,
	}, nil
}
