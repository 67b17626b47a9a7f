// Runs before the page is painted, so that the reader's settings do not change its layout later.
// They are stored in this browser only; without local storage, the page has the usual settings.

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
