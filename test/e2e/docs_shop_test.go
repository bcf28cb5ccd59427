package e2e

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// shop is the cluster that the page about live clusters is written for. After it is
// applied, the namespace old loses its label, and the ServiceAccount cart gets its role.
const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, namespace: shop, labels: {app: cart}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop, annotations: {pod-identity.alibabacloud.com/role-name: web-oss}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec: {replicas: 2, selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart}}, spec: {serviceAccountName: cart, containers: [{name: cart, image: "cart:1"}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: web, containers: [{name: web, image: "web:1"}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: orders, namespace: shop}
spec: {serviceName: orders, updateStrategy: {type: OnDelete}, selector: {matchLabels: {app: orders}}, template: {metadata: {labels: {app: orders}}, spec: {serviceAccountName: cart, containers: [{name: orders, image: "orders:1"}]}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: debug, namespace: shop, labels: {app: debug}}, spec: {serviceAccountName: cart, containers: [{name: debug, image: "debug:1"}]}}
---
apiVersion: v1
kind: Namespace
metadata: {name: old, labels: {pod-identity.alibabacloud.com/injection: "on", WEBHOOK: "on"}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: api, namespace: old, annotations: {pod-identity.alibabacloud.com/role-name: api-oss}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: old}
spec: {selector: {matchLabels: {app: api}}, template: {metadata: {labels: {app: api}}, spec: {serviceAccountName: api, containers: [{name: api, image: "api:1"}]}}}
`

// shopOpen makes the shop, in the state that the page tells.
func shopOpen(t *testing.T) *live {
	t.Helper()
	l := liveCluster(t)
	l.apply(t, "shop", 5, shop)
	l.settled(t, "old", 1)
	nextSecond()
	l.must(t, "", "label", "namespace", "old", labelInjection+"-")
	l.annotate(t, "shop", "cart", "cart-oss")
	return l
}

// cart is the name of a pod of the Deployment cart.
func (l *live) cart(t *testing.T) string {
	t.Helper()
	pods, err := l.client(t).CoreV1().Pods("shop").List(t.Context(), metav1.ListOptions{LabelSelector: "app=cart"})
	if err != nil || len(pods.Items) == 0 {
		t.Fatalf("finding a pod of cart: %v", err)
	}
	return pods.Items[0].Name
}
