// Package webhook is what both receivers share: to tell what is genuine, to know it again, and to answer.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	tolerance = 5 * time.Minute
	mostBytes = 1 << 20
)

var messageID = regexp.MustCompile(`^msg_[0-9A-Za-z]+$`)

// Keys are what secrets as whsec_… stand for, with commas between them: while one is replaced there are two.
func Keys(secrets string) [][]byte {
	var keys [][]byte
	for _, secret := range strings.Split(secrets, ",") {
		text, found := strings.CutPrefix(secret, "whsec_")
		key, err := base64.StdEncoding.DecodeString(text)
		if !found || err != nil {
			log.Fatal("WEBHOOK_SECRET has to be given as whsec_…")
		}
		keys = append(keys, key)
	}
	return keys
}

// IsSigned tells whether an entry v1 of webhook-signature was made with one of the keys, just now.
func IsSigned(headers http.Header, body []byte, keys [][]byte) bool {
	id, timestamp := headers.Get("webhook-id"), headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || !messageID.MatchString(id) || time.Since(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	signed := append([]byte(id+"."+timestamp+"."), body...)
	for _, key := range keys {
		expected := "v1," + base64.StdEncoding.EncodeToString(sum(key, signed))
		for _, given := range strings.Split(headers.Get("webhook-signature"), " ") {
			if hmac.Equal([]byte(given), []byte(expected)) {
				return true
			}
		}
	}
	return false
}

// HasBodySignature tells whether X-Signature was made with one of the keys. It has no time in it: who has seen it can send it again.
func HasBodySignature(headers http.Header, body []byte, keys [][]byte) bool {
	for _, key := range keys {
		if hmac.Equal([]byte(headers.Get("x-signature")), []byte("sha256="+hex.EncodeToString(sum(key, body)))) {
			return true
		}
	}
	return false
}

func sum(key, message []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	return mac.Sum(nil)
}

// A redirect would take the key somewhere else.
var client = http.Client{
	Timeout:       20 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Download saves an image in a folder, under its name only once it is whole. The key may be empty.
func Download(url, folder, name, apiKey string) error {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if apiKey != "" {
		request.Header.Set("Authorization", "Bearer "+apiKey)
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the image of %s was answered with %d", name, answer.StatusCode)
	}
	image, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	whole := filepath.Join(folder, name)
	if err := os.WriteFile(whole+".part", image, 0o644); err != nil {
		return err
	}
	log.Printf("saved %s", whole)
	return os.Rename(whole+".part", whole)
}

// Receiver is what a webhook goes to.
type Receiver struct {
	// Folder is where images lie, and what tells which webhooks were handled.
	Folder string
	// IsGenuine tells whether a request is what it says.
	IsGenuine func(headers http.Header, body []byte) bool
	// Handle does the work.
	Handle func(body []byte) error
}

// Serve listens. What is not genuine is 401. What was handled is remembered by its webhook-id, so that it is handled
// once, and 204 says so; when handling fails it is 500, and the webhook comes again.
func (receiver Receiver) Serve(port string) error {
	if err := os.MkdirAll(receiver.Folder, 0o755); err != nil {
		return err
	}
	log.Printf("listening on 127.0.0.1:%s", port)
	return http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		answer.WriteHeader(receiver.judge(request))
	}))
}

func (receiver Receiver) judge(request *http.Request) int {
	if request.Method != http.MethodPost {
		return http.StatusMethodNotAllowed
	}
	body, err := io.ReadAll(io.LimitReader(request.Body, mostBytes+1))
	if err != nil || len(body) > mostBytes {
		return http.StatusRequestEntityTooLarge
	}
	if !receiver.IsGenuine(request.Header, body) {
		return http.StatusUnauthorized
	}
	handled := filepath.Join(receiver.Folder, request.Header.Get("webhook-id")+".handled")
	if _, err := os.Stat(handled); err == nil {
		return http.StatusNoContent
	}
	if err := receiver.Handle(body); err != nil {
		log.Print(err)
		return http.StatusInternalServerError
	}
	if err := os.WriteFile(handled, nil, 0o644); err != nil {
		log.Print(err)
		return http.StatusInternalServerError
	}
	return http.StatusNoContent
}

// Setting is a variable of the environment, or what stands for it.
func Setting(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
