// Tells the server that this form is open, and shows who else has it open. Nothing is locked.

const BEAT = 20_000; // milliseconds

const status = document.querySelector("[data-presence]");
if (status) beat();

async function tell(leaves) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", status.closest("form").elements.csrfmiddlewaretoken.value);
  if (leaves) {
    body.set("leaves", "1");
    navigator.sendBeacon(status.dataset.presence, body);
    return;
  }
  const response = await fetch(status.dataset.presence, { method: "POST", body });
  if (response.ok && !response.redirected) show(await response.json());
}

function show({ sentence }) {
  if (status.textContent !== sentence) status.textContent = sentence;
  status.hidden = !sentence;
}

function beat() {
  const again = () => document.hidden || tell().catch(() => {});
  again();
  setInterval(again, BEAT);
  document.addEventListener("visibilitychange", again);
  addEventListener("pagehide", () => tell(true));
}
