//go:build tools

// Package actionlint pins the linter with which a test checks .github/workflows.
package actionlint

import _ "github.com/rhysd/actionlint/cmd/actionlint"
