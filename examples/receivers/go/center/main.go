// Receives what goes to an app of profile center, and downloads each image by its signed link.
package main

import (
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"regexp"

	"receivers/webhook"
)

type payload struct {
	Event        string `json:"event"`
	ScreenshotID string `json:"screenshot_id"`
	ImageURL     string `json:"image_url"`
	Error        string `json:"error"`
}

var link = regexp.MustCompile(`/([0-9a-f-]{36}\.[a-z]+)\?`)

func main() {
	folder := webhook.Setting("SAVE_TO", "images")
	keys := webhook.Keys(os.Getenv("WEBHOOK_SECRET"))

	handle := func(body []byte) error {
		var told payload
		if err := json.Unmarshal(body, &told); err != nil {
			return err
		}
		switch told.Event {
		case "screenshot.failed":
			log.Printf("%s failed: %s", told.ScreenshotID, told.Error)
		case "screenshot.completed", "screenshot.finished":
			found := link.FindStringSubmatch(told.ImageURL)
			if found == nil {
				return errors.New("this is no link to an image")
			}
			return webhook.Download(told.ImageURL, folder, found[1], "")
		}
		return nil
	}

	// X-Signature alone can be sent again by whoever has seen it.
	isGenuine := func(headers http.Header, body []byte) bool {
		return webhook.IsSigned(headers, body, keys) && webhook.HasBodySignature(headers, body, keys)
	}
	receiver := webhook.Receiver{Folder: folder, IsGenuine: isGenuine, Handle: handle}
	log.Fatal(receiver.Serve(webhook.Setting("PORT", "3000")))
}
