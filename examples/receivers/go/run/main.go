// Receives what goes to a webhook_url, and downloads each image with the API key.
package main

import (
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"regexp"
	"strings"

	"receivers/webhook"
)

type payload struct {
	Event string `json:"event"`
	Data  struct {
		ID       string `json:"id"`
		ImageURL string `json:"image_url"`
		MimeType string `json:"mime_type"`
		Error    struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	} `json:"data"`
}

var imageName = regexp.MustCompile(`^[0-9a-f-]{36}\.[a-z]+$`)

func main() {
	folder := webhook.Setting("SAVE_TO", "images")
	shotwireURL := webhook.Setting("SHOTWIRE_URL", "http://127.0.0.1:8080")
	apiKey := os.Getenv("SHOTWIRE_API_KEY")
	keys := webhook.Keys(os.Getenv("WEBHOOK_SECRET"))

	handle := func(body []byte) error {
		var told payload
		if err := json.Unmarshal(body, &told); err != nil {
			return err
		}
		data := told.Data
		switch told.Event {
		case "screenshot.failed":
			log.Printf("%s failed: %s (%s)", data.ID, data.Error.Message, data.Error.Code)
		case "screenshot.completed":
			_, kind, _ := strings.Cut(data.MimeType, "/")
			name := data.ID + "." + kind
			if !imageName.MatchString(name) {
				return errors.New("this is no screenshot")
			}
			// The key is for Shotwire alone, whatever a body says.
			if !strings.HasPrefix(data.ImageURL, shotwireURL+"/") {
				return errors.New("the image is not at SHOTWIRE_URL")
			}
			return webhook.Download(data.ImageURL, folder, name, apiKey)
		}
		return nil
	}

	isGenuine := func(headers http.Header, body []byte) bool { return webhook.IsSigned(headers, body, keys) }
	receiver := webhook.Receiver{Folder: folder, IsGenuine: isGenuine, Handle: handle}
	log.Fatal(receiver.Serve(webhook.Setting("PORT", "3000")))
}
