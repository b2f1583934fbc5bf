package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// validity of the certificates: a data folder is kept for as long as somebody likes.
const validity = 10 * 365 * 24 * time.Hour

// secrets are the files by which the parts know one another. They are made once for a data folder.
type secrets struct {
	caFile, certFile, keyFile   string
	accountsFile, tokensFile    string
	token, kubeconfigFile, root string
}

// secretsIn returns the secrets of a data folder, and makes them if it has none.
func secretsIn(data string) (*secrets, error) {
	root := filepath.Join(data, "secrets")
	at := func(name string) string { return filepath.Join(root, name) }
	found := &secrets{
		root: root, caFile: at("ca.crt"), certFile: at("server.crt"), keyFile: at("server.key"),
		accountsFile: at("accounts.key"), tokensFile: at("tokens.csv"), kubeconfigFile: filepath.Join(data, "kubeconfig"),
	}
	if _, err := os.Stat(root); errors.Is(err, os.ErrNotExist) {
		if err := found.make(); err != nil {
			return nil, err
		}
	}
	token, err := os.ReadFile(at("token"))
	found.token = string(token)
	return found, err
}

// make writes all secrets to a folder beside and renames it, so that none or all of them are there.
func (s *secrets) make() error {
	fresh, err := os.MkdirTemp(filepath.Dir(s.root), ".secrets-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	write := func(path string, content []byte) error {
		return os.WriteFile(filepath.Join(fresh, filepath.Base(path)), content, 0o600)
	}
	files := map[string][]byte{}
	if err := certificates(s, files); err != nil {
		return err
	}
	_, accounts, err := newKey()
	if err != nil {
		return err
	}
	files[s.accountsFile] = accounts
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	token := hex.EncodeToString(random)
	files["token"] = []byte(token)
	files[s.tokensFile] = []byte(token + `,admin,admin,"system:masters"` + "\n")
	for path, content := range files {
		if err := write(path, content); err != nil {
			return err
		}
	}
	return os.Rename(fresh, s.root)
}

// certificates adds an authority, and a server certificate of it for the loopback interface.
func certificates(s *secrets, files map[string][]byte) error {
	now := time.Now()
	authorityKey, _, err := newKey()
	if err != nil {
		return err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "lepton-cluster"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(validity),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true, IsCA: true,
	}
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, authority, authorityKey.Public(), authorityKey)
	if err != nil {
		return err
	}
	// Parsed again, for that fills in the key identifier that the server's certificate has to name.
	authority, err = x509.ParseCertificate(authorityDER)
	if err != nil {
		return err
	}
	serverKey, serverKeyPEM, err := newKey()
	if err != nil {
		return err
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "kube-apiserver"},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
	}
	serverDER, err := x509.CreateCertificate(rand.Reader, server, authority, serverKey.Public(), authorityKey)
	if err != nil {
		return err
	}
	files[s.caFile] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authorityDER})
	files[s.certFile] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: serverDER})
	files[s.keyFile] = serverKeyPEM
	return nil
}

func newKey() (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	return key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), err
}

// kubeconfig writes the file by which the other parts, and kubectl, find the API server of this run.
func (s *secrets) kubeconfig(endpoint string) (string, error) {
	const name = "lepton"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: endpoint, CertificateAuthority: s.caFile}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: s.token}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	return s.kubeconfigFile, clientcmd.WriteToFile(*config, s.kubeconfigFile)
}
