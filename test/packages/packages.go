// Package packages makes packages of manifests, as large as a test wants them.
package packages

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Config is the settings that inject into what is made here.
const Config = `apiVersion: fn.rrsa.dev/v1alpha1
kind: InjectRRSA
metadata:
  name: rrsa
spec:
  accountID: "1488999589000000"
  clusterID: cbec9a1f7b433470ebe4c900552000000
  region: cn-hangzhou
`

// Deployments are a Namespace, a ServiceAccount with a role, and n Deployments of two
// containers each.
func Deployments(n int) []string {
	objects := tenant("prod")
	for i := range n {
		objects = append(objects, deployment(i, "prod", ""))
	}
	return objects
}

// Mixed is n objects as people have them: a fifth are Deployments, each with a Service,
// an Ingress, and two ConfigMaps, one of which its containers take variables from. They
// have 3 KB each, in ten namespaces.
func Mixed(n int) []string {
	const namespaces = 10
	var objects []string
	for i := range namespaces {
		objects = append(objects, tenant(fmt.Sprintf("ns-%d", i))...)
	}
	for i := 0; len(objects)+5 <= n; i++ {
		namespace := fmt.Sprintf("ns-%d", i%namespaces)
		objects = append(objects,
			deployment(i, namespace, fmt.Sprintf("        envFrom:\n        - configMapRef:\n            name: settings-%d\n", i)),
			service(i, namespace), ingress(i, namespace), settings(i, namespace), dashboard(i, namespace))
	}
	return objects
}

func tenant(namespace string) []string {
	return []string{
		fmt.Sprintf(`apiVersion: v1
kind: Namespace
metadata:
  name: %s
  labels:
    pod-identity.alibabacloud.com/injection: "on"
`, namespace), fmt.Sprintf(`apiVersion: v1
kind: ServiceAccount
metadata:
  name: app
  namespace: %s
  annotations:
    pod-identity.alibabacloud.com/role-name: app-role
`, namespace),
	}
}

func start(apiVersion, kind, name, namespace string, i int) string {
	return fmt.Sprintf(`apiVersion: %s
kind: %s
metadata:
  name: %s
  namespace: %s
  labels:
    app.kubernetes.io/name: app
    app.kubernetes.io/instance: app-%d
`, apiVersion, kind, name, namespace, i)
}

func deployment(i int, namespace, envFrom string) string {
	return start("apps/v1", "Deployment", fmt.Sprintf("app-%d", i), namespace, i) + fmt.Sprintf(`spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/instance: app-%[1]d
  template:
    metadata:
      labels:
        app.kubernetes.io/name: app
        app.kubernetes.io/instance: app-%[1]d
    spec:
      serviceAccountName: app
      securityContext:
        runAsNonRoot: true
      containers:
      # the program
      - name: app
        image: app:1.%[1]d
        args: ["--config", "/etc/app/config.yaml"]
        ports:
        - containerPort: 8080
          name: http
        env:
        - name: LOG_LEVEL
          value: info
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
%[2]s        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: 256Mi
        readinessProbe:
          httpGet:
            path: /ready
            port: http
        volumeMounts:
        - name: config
          mountPath: /etc/app
      - name: proxy
        image: proxy:3
        ports:
        - containerPort: 9090
        resources:
          requests:
            cpu: 50m
            memory: 64Mi
      volumes:
      - name: config
        configMap:
          name: settings-%[1]d
`, i, envFrom)
}

func service(i int, namespace string) string {
	return start("v1", "Service", fmt.Sprintf("app-%d", i), namespace, i) + fmt.Sprintf(`spec:
  selector:
    app.kubernetes.io/instance: app-%d
  ports:
  - name: http
    port: 80
    targetPort: http
`, i)
}

func ingress(i int, namespace string) string {
	var b strings.Builder
	b.WriteString(start("networking.k8s.io/v1", "Ingress", fmt.Sprintf("app-%d", i), namespace, i) + "spec:\n  rules:\n")
	for host := range 6 {
		fmt.Fprintf(&b, `  - host: host-%d.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: app-%d
            port:
              name: http
`, host, i)
	}
	return b.String()
}

func settings(i int, namespace string) string {
	var b strings.Builder
	b.WriteString(start("v1", "ConfigMap", fmt.Sprintf("settings-%d", i), namespace, i) + "data:\n  application.properties: |\n")
	for line := range 90 {
		fmt.Fprintf(&b, "    spring.datasource.setting.number-%d=value-%d-%d with some more text to fill\n", line, i, line)
	}
	for key := range 20 {
		fmt.Fprintf(&b, "  KEY_%d: \"value %d\"\n", key, key)
	}
	return b.String()
}

func dashboard(i int, namespace string) string {
	var b strings.Builder
	b.WriteString(start("v1", "ConfigMap", fmt.Sprintf("dashboard-%d", i), namespace, i) + "data:\n  dashboard.json: |\n    {\n")
	for panel := range 45 {
		fmt.Fprintf(&b, "      \"panel-%d\": {\"type\": \"graph\", \"title\": \"requests of app %d\", \"span\": %d},\n", panel, i, panel)
	}
	b.WriteString("      \"last\": 1\n    }\n")
	return b.String()
}

// Stream is the objects as the documents of one file.
func Stream(objects []string) string { return strings.Join(objects, "---\n") }

// List is the objects as kpt sends them to a function, with [Config].
func List(objects []string) string {
	var b strings.Builder
	b.WriteString("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n" + indented(Config, "  ") + "items:\n")
	for i, object := range objects {
		annotations := fmt.Sprintf("    internal.config.kubernetes.io/index: '0'\n    internal.config.kubernetes.io/path: 'objects/%d.yaml'\n", i)
		if at := strings.Index(object, "  annotations:\n"); at >= 0 {
			at += len("  annotations:\n")
			object = object[:at] + annotations + object[at:]
		} else {
			object = strings.Replace(object, "metadata:\n", "metadata:\n  annotations:\n"+annotations, 1)
		}
		b.WriteString("- " + strings.TrimPrefix(indented(object, "  "), "  "))
	}
	return b.String()
}

func indented(text, by string) string {
	return by + strings.TrimSuffix(strings.ReplaceAll(text, "\n", "\n"+by), by)
}

// Write writes the objects into a folder, a file each, with [Config] and a Kptfile.
func Write(dir string, objects []string) error {
	files := map[string]string{
		"Kptfile":   "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: rrsa\n",
		"rrsa.yaml": Config,
	}
	for i, object := range objects {
		files[filepath.Join("objects", fmt.Sprintf("%d.yaml", i))] = object
	}
	if err := os.MkdirAll(filepath.Join(dir, "objects"), 0o755); err != nil {
		return fmt.Errorf("making the package's folder: %w", err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("writing the package: %w", err)
		}
	}
	return nil
}
