# frozen_string_literal: true

# What both receivers share: to tell what is genuine, to know it again, and to answer.
require 'fileutils'
require 'json'
require 'net/http'
require 'openssl'
require 'webrick'

module Webhook
  TOLERANCE_S = 5 * 60

  module_function

  # The keys of secrets as whsec_…, with commas between them: while one is replaced there are two.
  def keys_of(secrets)
    secrets.split(',').map do |secret|
      raise 'WEBHOOK_SECRET has to be given as whsec_…' unless secret.start_with?('whsec_')

      secret.delete_prefix('whsec_').unpack1('m0')
    end
  end

  # Whether an entry v1 of webhook-signature was made with one of the keys, just now.
  def signed?(request, body, keys)
    id, timestamp = request['webhook-id'].to_s, request['webhook-timestamp'].to_s
    return false unless id.match?(/\Amsg_[0-9A-Za-z]+\z/) && timestamp.match?(/\A[0-9]+\z/)
    return false if (Time.now.to_i - timestamp.to_i).abs > TOLERANCE_S

    given = request['webhook-signature'].to_s.split
    keys.any? do |key|
      expected = "v1,#{[OpenSSL::HMAC.digest('SHA256', key, "#{id}.#{timestamp}.".b + body)].pack('m0')}"
      given.any? { |entry| OpenSSL.secure_compare(entry, expected) }
    end
  end

  # Whether X-Signature was made with one of the keys. It has no time in it: who has seen it can send it again.
  def body_signature?(request, body, keys)
    given = request['x-signature'].to_s
    keys.any? { |key| OpenSSL.secure_compare(given, "sha256=#{OpenSSL::HMAC.hexdigest('SHA256', key, body)}") }
  end

  # Downloads an image into a folder, under its name only once it is whole.
  def download(url, folder, name, headers = {})
    uri = URI(url)
    answer = Net::HTTP.start(uri.hostname, uri.port, use_ssl: uri.scheme == 'https', open_timeout: 5, read_timeout: 20) do |http|
      http.get(uri.request_uri, headers)
    end
    raise "the image of #{name} was answered with #{answer.code}" unless answer.is_a?(Net::HTTPOK)

    File.binwrite("#{folder}/#{name}.part", answer.body)
    File.rename("#{folder}/#{name}.part", "#{folder}/#{name}")
    puts "saved #{folder}/#{name}"
  end

  # Listens. What is not genuine is 401. What was handled is remembered by its webhook-id, so that it is handled once,
  # and 204 says so; when handling fails it is 500, and the webhook comes again.
  def serve(port:, folder:, genuine:, handle:)
    FileUtils.mkdir_p(folder)
    server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: port, AccessLog: [])
    server.mount_proc('/') do |request, response|
      response.status = judge(request, folder, genuine, handle)
    rescue StandardError => e
      warn e.message
      response.status = 500
    end
    %w[INT TERM].each { |signal| trap(signal) { server.shutdown } }
    server.start
  end

  def judge(request, folder, genuine, handle)
    return 405 unless request.request_method == 'POST'

    body = request.body.to_s.b
    return 401 unless genuine.call(request, body)

    handled = "#{folder}/#{request['webhook-id']}.handled"
    unless File.exist?(handled)
      handle.call(JSON.parse(body))
      FileUtils.touch(handled)
    end
    204
  end
end
