//! A browser that is told over a pipe what a person would do (Chrome DevTools Protocol), and watched meanwhile.
//!
//! The protocol is JSON with a NUL byte behind each message, so that neither a crate nor a port is needed; the crates
//! that speak it bring a TLS stack and a C compiler, or code for the whole protocol.

use serde_json::{Value, json};
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long an answer of the browser, or what is waited for, may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Names under which a browser is looked for.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
/// Longest part of a page in a screenshot, in pixels.
const MAX_SHOT: f64 = 1_600.0;

/// Whether it is light or dark around the reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

impl Scheme {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        }
    }
}

/// One tab of a browser of its own.
pub(crate) struct Chromium {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    n_sent: u64,
    session: Option<String>,
    /// What the page complained of: console, exceptions, refused by the policy, dialogs.
    pub(crate) complaints: Vec<String>,
    /// Addresses that were asked for.
    pub(crate) requests: Vec<String>,
    profile: tempfile::TempDir,
}

/// The browser of this machine: `CHROMIUM` names it, else the usual names are looked for.
fn program() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let places = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let mut there = places.filter(|place| place.is_file());
    there.next()
}

/// The superuser gets no sandbox from Chromium.
fn is_superuser() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

impl Chromium {
    /// A new browser that prefers `language`; none if there is no browser here.
    #[expect(clippy::print_stdout, reason = "a test that skips says so")]
    pub(crate) fn start(language: &str) -> Option<Chromium> {
        let Some(program) = program() else {
            println!("skipped: no chromium is here; CHROMIUM may name one");
            return None;
        };
        let profile = tempfile::tempdir().expect("a folder");
        // The pipe is expected at descriptors 3 and 4, to which a shell alone can move it.
        let mut command = Command::new("sh");
        command
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null"])
            .arg(program)
            .arg("--headless")
            .arg("--remote-debugging-pipe")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--accept-lang={language}"))
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-default-apps",
                "--disable-dev-shm-usage",
                "--disable-extensions",
                "--disable-gpu",
                "--disable-sync",
                "--hide-scrollbars",
                "--force-color-profile=srgb",
                "--no-default-browser-check",
                "--no-first-run",
            ]);
        if is_superuser() {
            command.arg("--no-sandbox");
        }
        let mut child = command
            .env("HOME", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let to = child.stdin.take().expect("it is piped");
        let from = child.stdout.take().expect("it is piped");
        let (messages, received) = channel();
        thread::spawn(move || {
            let mut from = BufReader::new(from);
            let mut bytes = Vec::new();
            while from.read_until(0, &mut bytes).is_ok_and(|n| n > 0) {
                bytes.pop();
                if let Ok(message) = serde_json::from_slice(&bytes)
                    && messages.send(message).is_err()
                {
                    return;
                }
                bytes.clear();
            }
        });
        let mut browser = Chromium {
            child,
            to,
            from: received,
            n_sent: 0,
            session: None,
            complaints: Vec::new(),
            requests: Vec::new(),
            profile,
        };
        let tab = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached = browser.call(
            "Target.attachToTarget",
            json!({"targetId": tab["targetId"], "flatten": true}),
        );
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser.call(
            "Emulation.setFocusEmulationEnabled",
            json!({"enabled": true}),
        );
        Some(browser)
    }

    /// Lets pages use the clipboard without asking.
    pub(crate) fn allow_clipboard(&mut self) {
        let permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"];
        self.call(
            "Browser.grantPermissions",
            json!({"permissions": permissions}),
        );
    }

    /// Gives a command and waits for what comes of it.
    pub(crate) fn call(&mut self, method: &str, parameters: Value) -> Value {
        match self.try_call(method, parameters) {
            Ok(result) => result,
            Err(error) => panic!("{method}: {error}"),
        }
    }

    fn try_call(&mut self, method: &str, parameters: Value) -> Result<Value, String> {
        self.n_sent += 1;
        let id = self.n_sent;
        let mut message = json!({"id": id, "method": method, "params": parameters});
        // Commands of the browser itself belong to no tab.
        if !method.starts_with("Target.")
            && !method.starts_with("Browser.")
            && let Some(session) = &self.session
        {
            message["sessionId"] = session.as_str().into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).map_err(|e| e.to_string())?;
        self.to.flush().map_err(|e| e.to_string())?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let mut message = match self.from.recv_timeout(left) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => return Err("no answer".to_owned()),
                Err(RecvTimeoutError::Disconnected) => return Err("the browser is gone".to_owned()),
            };
            if message["id"] == id {
                if let Some(error) = message.get("error") {
                    return Err(error.to_string());
                }
                return Ok(message["result"].take());
            }
            self.note(&message);
        }
    }

    /// Keeps what a test wants to know of an event.
    fn note(&mut self, event: &Value) {
        let parameters = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                let address = parameters["request"]["url"].as_str().unwrap_or_default();
                self.requests.push(address.to_owned());
            }
            "Runtime.consoleAPICalled" if parameters["type"] != "log" => {
                self.complaints.push(format!("console: {parameters}"));
            }
            "Runtime.exceptionThrown" => self.complaints.push(format!("exception: {parameters}")),
            "Log.entryAdded" => {
                let entry = &parameters["entry"];
                // Pages that say what is wrong with an address are answered with 400 or 404, and that is logged too.
                let is_status = entry["source"] == "network";
                if entry["level"] != "verbose" && !is_status {
                    self.complaints.push(format!("log: {entry}"));
                }
            }
            "Page.javascriptDialogOpening" => self.complaints.push(format!("dialog: {parameters}")),
            _ => {}
        }
    }

    /// The value of an expression in the page, or why there is none.
    fn try_evaluate(&mut self, expression: &str) -> Result<Value, String> {
        let mut result = self.try_call(
            "Runtime.evaluate",
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true}),
        )?;
        if let Some(exception) = result.get("exceptionDetails") {
            return Err(exception.to_string());
        }
        Ok(result["result"]["value"].take())
    }

    /// The value of an expression in the page.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        match self.try_evaluate(expression) {
            Ok(value) => value,
            Err(error) => panic!("{expression}: {error}"),
        }
    }

    /// Text of the first element that fits.
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let text = self.evaluate(&format!(
            "document.querySelector({})?.innerText ?? ''",
            json!(selector)
        ));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// How many elements fit.
    pub(crate) fn count(&mut self, selector: &str) -> u64 {
        let n = self.evaluate(&format!(
            "document.querySelectorAll({}).length",
            json!(selector)
        ));
        n.as_u64().unwrap_or_default()
    }

    /// Waits until an expression is true in a page that has been loaded.
    pub(crate) fn wait_for(&mut self, expression: &str) {
        let expression = format!("document.readyState === 'complete' && !!({expression})");
        let deadline = Instant::now() + PATIENCE;
        // While a page goes, there is nothing to ask.
        while self.try_evaluate(&expression) != Ok(Value::Bool(true)) {
            if Instant::now() > deadline {
                let address = self.evaluate("location.href");
                panic!("waited for {expression} at {address}");
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Opens an address.
    pub(crate) fn open(&mut self, address: &str) {
        self.leave(|browser| {
            let result = browser.call("Page.navigate", json!({"url": address}));
            assert_eq!(result.get("errorText"), None, "{address}");
        });
    }

    /// Does something that leads to another page, and waits for it.
    pub(crate) fn leave(&mut self, what: impl FnOnce(&mut Chromium)) {
        // A page that is gone back to may still have the number with which it was left.
        let n = self.n_sent;
        self.evaluate(&format!("globalThis.leftAt = {n}"));
        what(self);
        self.wait_for(&format!("globalThis.leftAt !== {n}"));
    }

    /// Presses the mouse on an element, which must be what lies at that place.
    pub(crate) fn click(&mut self, selector: &str) {
        let place = self.evaluate(&format!(
            "(() => {{
               const element = document.querySelector({selector});
               if (!element) return 'nothing fits';
               element.scrollIntoView({{ block: 'center', behavior: 'instant' }});
               const box = element.getClientRects()[0];
               if (!box) return 'it has no place';
               const x = box.x + Math.min(box.width / 2, 40), y = box.y + box.height / 2;
               const met = document.elementFromPoint(x, y);
               if (!met || !(element.contains(met) || met.contains(element))) return `covered by ${{met?.outerHTML}}`;
               return [x, y];
             }})()",
            selector = json!(selector)
        ));
        let (Some(x), Some(y)) = (place[0].as_f64(), place[1].as_f64()) else {
            panic!("{selector} cannot be clicked: {place}");
        };
        for kind in ["mousePressed", "mouseReleased"] {
            self.call(
                "Input.dispatchMouseEvent",
                json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}),
            );
        }
    }

    /// Presses a key.
    pub(crate) fn key(&mut self, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            "Tab" => (9, ""),
            key => (
                key.to_ascii_uppercase().bytes().next().map_or(0, u32::from),
                key,
            ),
        };
        let mut down =
            json!({"type": "keyDown", "key": key, "windowsVirtualKeyCode": code, "text": text});
        if text.is_empty() {
            down["type"] = "rawKeyDown".into();
        }
        self.call("Input.dispatchKeyEvent", down);
        self.call(
            "Input.dispatchKeyEvent",
            json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code}),
        );
    }

    /// An input method shows what it takes the keys for.
    pub(crate) fn compose(&mut self, text: &str) {
        let n = text.chars().count();
        self.call(
            "Input.imeSetComposition",
            json!({"text": text, "selectionStart": n, "selectionEnd": n}),
        );
    }

    /// An input method is done, or text is pasted.
    pub(crate) fn insert(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// The size of the window, and whether it is a telephone.
    pub(crate) fn size(&mut self, width: u32, height: u32) {
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}),
        );
    }

    /// Light or dark.
    pub(crate) fn scheme(&mut self, scheme: Scheme) {
        self.call(
            "Emulation.setEmulatedMedia",
            json!({"features": [{"name": "prefers-color-scheme", "value": scheme.name()}]}),
        );
    }

    /// A picture of the page, from its head on.
    pub(crate) fn shoot(&mut self, name: &str) {
        let size = &self.call("Page.getLayoutMetrics", json!({}))["cssContentSize"];
        let (width, height) = (
            size["width"].clone(),
            size["height"].as_f64().unwrap_or(1.0),
        );
        let clip =
            json!({"x": 0, "y": 0, "width": width, "height": height.min(MAX_SHOT), "scale": 1});
        let shot = self.call(
            "Page.captureScreenshot",
            json!({"format": "png", "captureBeyondViewport": true, "clip": clip}),
        );
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        fs::create_dir_all(&folder).expect("a folder below target");
        let bytes = decoded(shot["data"].as_str().unwrap_or_default());
        fs::write(folder.join(format!("{name}.png")), bytes).expect("a file below target");
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.try_call("Browser.close", json!({}));
        let deadline = Instant::now() + Duration::from_secs(5);
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        // Its last processes may still write there.
        for _ in 0..50 {
            if fs::remove_dir_all(self.profile.path()).is_ok() || !self.profile.path().exists() {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Base64 without blanks.
fn decoded(text: &str) -> Vec<u8> {
    let sextet = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut n_bits) = (0u32, 0);
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        held = held << 6 | u32::from(sextet(byte));
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((held >> n_bits) as u8);
        }
    }
    bytes
}
