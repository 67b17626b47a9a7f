// Runs before anything is shown, so that a reader's own settings never make the page jump.
// They are kept in this browser only; a browser that keeps nothing shows the page as it is.

(() => {
  const root = document.documentElement;
  root.dataset.script = "";
  if (navigator.connection?.saveData) root.dataset.saves = "";
  let settings = {};
  try {
    settings = JSON.parse(localStorage.getItem("settings")) ?? {};
  } catch {
    return;
  }
  for (const name of ["size", "scheme", "digits", "keys"]) {
    if (settings[name]) root.dataset[name] = settings[name];
  }
  if (settings.view === "parallel" && root.dataset.view === "single") {
    const address = new URL(location.href);
    address.searchParams.set("view", "parallel");
    location.replace(address);
  }
})();
