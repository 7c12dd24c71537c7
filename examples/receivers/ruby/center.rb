# frozen_string_literal: true

# Receives what goes to an app of profile center, and downloads each image by its signed link.
require_relative 'webhook'

folder = ENV.fetch('SAVE_TO', 'images')
keys = Webhook.keys_of(ENV.fetch('WEBHOOK_SECRET'))

handle = lambda do |payload|
  case payload['event']
  when 'screenshot.completed', 'screenshot.finished'
    name = payload['image_url'][%r{/([0-9a-f-]{36}\.[a-z]+)\?}, 1] or raise 'this is no link to an image'
    Webhook.download(payload['image_url'], folder, name)
  when 'screenshot.failed' then puts "#{payload['screenshot_id']} failed: #{payload['error']}"
  end
end

Webhook.serve(
  port: Integer(ENV.fetch('PORT', '3000')),
  folder:,
  # X-Signature alone can be sent again by whoever has seen it.
  genuine: ->(request, body) { Webhook.signed?(request, body, keys) && Webhook.body_signature?(request, body, keys) },
  handle:
)
