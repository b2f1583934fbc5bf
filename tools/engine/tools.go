//go:build tools

// Package engine pins the Pulumi CLI that lepton_infra builds where none can be downloaded.
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
