interface Chat {
  /** Hosts that serve nothing a page would miss but the widget. Their subdomains count too. */
  hosts: readonly string[];
  /** What the widget puts into a page. */
  selectors: readonly string[];
}

/** Chat widgets. A maker's own web site is only listed where its pages live elsewhere, or where the widget comes from it. */
const chats: Readonly<Record<string, Chat>> = {
  intercom: {
    hosts: ['widget.intercom.io', 'js.intercomcdn.com', 'api-iam.intercom.io', 'nexus-websocket-a.intercom.io'],
    selectors: ['#intercom-container', '.intercom-lightweight-app', '#intercom-frame', '.intercom-launcher'],
  },
  drift: {
    hosts: ['js.driftt.com', 'driftt.com', 'api.drift.com'],
    selectors: ['#drift-widget', '#drift-widget-container', '#drift-frame-controller', '#drift-frame-chat'],
  },
  crisp: { hosts: ['client.crisp.chat', 'client.relay.crisp.chat', 'image.crisp.chat'], selectors: ['.crisp-client', '#crisp-chatbox'] },
  tawk: {
    hosts: ['embed.tawk.to', 'va.tawk.to'],
    selectors: ['#tawkchat-container', '.tawk-min-container', 'iframe[src*="tawk.to"]', 'iframe[title="chat widget"]'],
  },
  zendesk: {
    hosts: ['static.zdassets.com', 'ekr.zdassets.com', 'v2.zopim.com', 'widget-mediator.zopim.com'],
    selectors: [
      '#launcher[title][data-product="web_widget"]',
      'iframe#launcher',
      'iframe#webWidget',
      '.zopim',
      '[data-garden-id="buttons.icon"]#launcher',
    ],
  },
  hubspot: { hosts: ['js.usemessages.com', 'js-na1.usemessages.com'], selectors: ['#hubspot-messages-iframe-container'] },
  livechat: {
    hosts: ['cdn.livechatinc.com', 'api.livechatinc.com', 'secure.livechatinc.com'],
    selectors: ['#chat-widget-container', '#chat-widget-minimized', '#livechat-compact-container'],
  },
  tidio: { hosts: ['code.tidio.co', 'widget-v4.tidiochat.com', 'socket.tidio.co'], selectors: ['#tidio-chat', '#tidio-chat-iframe'] },
  olark: {
    hosts: ['static.olark.com', 'nrpc.olark.com'],
    selectors: ['#olark-wrapper', '.olark-launch-button-wrapper', '#habla_window_div'],
  },
  freshchat: {
    hosts: ['wchat.freshchat.com', 'widget.freshworks.com'],
    selectors: ['#fc_frame', '#freshworks-container', '#fd-widget-container'],
  },
  messenger: {
    hosts: [],
    selectors: ['.fb-customerchat', '.fb_customer_chat_bubble_animated_no_badge', '#fb-customer-chat', '.fb_dialog'],
  },
  gorgias: {
    hosts: ['config.gorgias.chat', 'assets.gorgias.chat', 'client-builds.production.gorgias.chat'],
    selectors: ['#gorgias-chat-container', '#gorgias-web-messenger-container'],
  },
  helpscout: { hosts: ['beacon-v2.helpscout.net', 'beaconapi.helpscout.net'], selectors: ['#beacon-container', '.BeaconFabButtonFrame'] },
  userlike: {
    hosts: ['userlike-cdn-widgets.s3-eu-west-1.amazonaws.com', 'userlike-cdn-umm.s3-eu-west-1.amazonaws.com'],
    selectors: ['#userlike', '#userlike-container', '#uslk-button', '#uslk-messenger'],
  },
  smartsupp: {
    hosts: ['www.smartsuppchat.com', 'widget-v3.smartsuppcdn.com', 'bootstrap.smartsuppchat.com'],
    selectors: ['#smartsupp-widget-container', '#chat-application'],
  },
  chatwoot: { hosts: ['app.chatwoot.com'], selectors: ['.woot-widget-holder', '.woot--bubble-holder'] },
  jivo: { hosts: ['code.jivosite.com', 'code.jivo.ru'], selectors: ['jdiv', '#jivo-iframe-container'] },
  purechat: { hosts: ['app.purechat.com'], selectors: ['#PureChatWidget'] },
  chatra: { hosts: ['call.chatra.io', 'chat.chatra.io'], selectors: ['#chatra', '#chatra__iframe'] },
  liveperson: { hosts: ['lptag.liveperson.net', 'accdn.lpsnmedia.net'], selectors: ['#lpChat', '.LPMcontainer'] },
  podium: { hosts: ['connect.podium.com', 'assets.podium.com'], selectors: ['#podium-bubble', '#podium-website-widget', '#podium-modal'] },
  front: { hosts: ['chat-assets.frontapp.com'], selectors: ['#front-chat-container', '#front-chat-iframe'] },
  qualified: { hosts: ['js.qualified.com'], selectors: ['#q-messenger-frame', '.q-messenger-frame'] },
  ada: { hosts: ['static.ada.support'], selectors: ['#ada-entry', '#ada-button-frame', '#ada-chat-frame'] },
  salesforce: { hosts: [], selectors: ['.embeddedServiceHelpButton', '#embedded-messaging', '.embeddedServiceSidebar'] },
  kommunicate: { hosts: ['widget.kommunicate.io'], selectors: ['#kommunicate-widget-iframe', '#mck-sidebox-launcher'] },
  zoho: {
    hosts: ['salesiq.zoho.com', 'salesiq.zoho.eu', 'salesiq.zohopublic.com'],
    selectors: ['#zsiq_float', '.zsiq_floatmain', '#siqiframe'],
  },
  reamaze: { hosts: ['cdn.reamaze.com'], selectors: ['#reamaze-widget', '.reamaze-widget-wrapper'] },
  elfsight: { hosts: [], selectors: ['.eapps-whatsapp-chat', '.eapps-all-in-one-chat'] },
  gist: { hosts: ['widget.getgist.com'], selectors: ['#gist-app'] },
};

/** Hosts of chat widgets. Their subdomains count too. */
export const chatHosts: readonly string[] = Object.values(chats).flatMap(({ hosts }) => hosts);

/** What chat widgets put into a page. */
export const chatSelectors: readonly string[] = Object.values(chats).flatMap(({ selectors }) => selectors);
