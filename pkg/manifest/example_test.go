package manifest_test

import (
	"fmt"

	"github.com/kubectl-rrsa/rrsa/pkg/manifest"
)

// The objects of a file, and where each of them is.
func ExampleParse() {
	stream, err := manifest.Parse("shop.yaml", []byte(`# the shop
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: cart
`))
	if err != nil {
		panic(err)
	}
	for _, it := range stream.Items() {
		fmt.Printf("%s: %s (%s)\n", it.Origin, it, it.GroupKind())
	}
	// Output:
	// shop.yaml, document 1, line 2: namespace/shop (Namespace)
	// shop.yaml, document 2, line 10: deployment/cart (Deployment.apps)
}
