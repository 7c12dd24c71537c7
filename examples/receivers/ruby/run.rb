# frozen_string_literal: true

# Receives what goes to a webhook_url, and downloads each image with the API key.
require_relative 'webhook'

folder = ENV.fetch('SAVE_TO', 'images')
shotwire_url = ENV.fetch('SHOTWIRE_URL', 'http://127.0.0.1:8080')
api_key = ENV.fetch('SHOTWIRE_API_KEY')
keys = Webhook.keys_of(ENV.fetch('WEBHOOK_SECRET'))

save = lambda do |data|
  name = "#{data['id']}.#{data['mime_type'].split('/')[1]}"
  raise 'this is no screenshot' unless name.match?(/\A[0-9a-f-]{36}\.[a-z]+\z/)
  # The key is for Shotwire alone, whatever a body says.
  raise 'the image is not at SHOTWIRE_URL' unless data['image_url'].start_with?("#{shotwire_url}/")

  Webhook.download(data['image_url'], folder, name, { 'Authorization' => "Bearer #{api_key}" })
end

handle = lambda do |payload|
  data = payload['data']
  case payload['event']
  when 'screenshot.completed' then save.call(data)
  when 'screenshot.failed' then puts "#{data['id']} failed: #{data['error']['message']} (#{data['error']['code']})"
  end
end

Webhook.serve(
  port: Integer(ENV.fetch('PORT', '3000')),
  folder:,
  genuine: ->(request, body) { Webhook.signed?(request, body, keys) },
  handle:
)
