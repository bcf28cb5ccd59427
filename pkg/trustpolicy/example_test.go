package trustpolicy_test

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rrsa/rrsa/pkg/rrsa"
	"github.com/kubectl-rrsa/rrsa/pkg/trustpolicy"
)

// The policy of a role for one ServiceAccount of a cluster.
func ExampleNew() {
	cfg := rrsa.Config{AccountID: "1488999589000000", ClusterID: "c0123456789abcdef0123456789abcdef", Region: "cn-hangzhou"}
	policy, err := trustpolicy.New(cfg, types.NamespacedName{Namespace: "shop", Name: "cart"})
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := json.MarshalIndent(policy, "", "  ")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(data))
	// Output:
	// {
	//   "Version": "1",
	//   "Statement": [
	//     {
	//       "Action": "sts:AssumeRole",
	//       "Effect": "Allow",
	//       "Principal": {
	//         "Federated": [
	//           "acs:ram::1488999589000000:oidc-provider/ack-rrsa-c0123456789abcdef0123456789abcdef"
	//         ]
	//       },
	//       "Condition": {
	//         "StringEquals": {
	//           "oidc:aud": "sts.aliyuncs.com",
	//           "oidc:iss": "https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/c0123456789abcdef0123456789abcdef",
	//           "oidc:sub": "system:serviceaccount:shop:cart"
	//         }
	//       }
	//     }
	//   ]
	// }
}

// A "*" under StringEquals is a letter like any other.
func ExampleCheck() {
	cfg := rrsa.Config{AccountID: "1488999589000000", ClusterID: "c0123456789abcdef0123456789abcdef", Region: "cn-hangzhou"}
	need, err := trustpolicy.New(cfg, types.NamespacedName{Namespace: "shop", Name: "cart"})
	if err != nil {
		fmt.Println(err)
		return
	}
	findings, err := trustpolicy.Check([]byte(`{
	  "Version": "1",
	  "Statement": [{
	    "Action": "sts:AssumeRole",
	    "Effect": "Allow",
	    "Principal": {"Federated": "acs:ram::1488999589000000:oidc-provider/ack-rrsa-c0123456789abcdef0123456789abcdef"},
	    "Condition": {"StringEquals": {"oidc:aud": "sts.aliyuncs.com", "oidc:sub": "system:serviceaccount:shop:*"}}
	  }]
	}`), need)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range findings {
		fmt.Printf("%s: %s: %s\n", f.Severity, f.Element, f.Message)
	}
	// Output:
	// error: oidc:sub: want "system:serviceaccount:shop:cart", the policy has "system:serviceaccount:shop:*"
	// info: oidc:iss: there is no such condition: tokens of any issuer that the provider takes are let in
}
