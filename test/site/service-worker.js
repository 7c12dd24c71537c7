oninstall = () => skipWaiting();
onactivate = (event) => event.waitUntil(clients.claim());
