//! The order of the modules is the order of import; each file of the doors and the store keeps its place.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") && !is_test(&entry) {
            found.push((entry.clone(), fs::read_to_string(&entry).expect("a source")));
        }
    }
    found
}

/// A file of tests may look at anything.
fn is_test(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "tests.rs" || name == "nasty.rs")
}

/// The top modules that a text imports from its own crate.
fn imports(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for part in line.split("crate::").skip(1) {
            let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if name.is_empty() {
                // `use crate::{a::b, c}`: every word after an opening brace or comma
                let inner = part.trim_start_matches('{');
                names.extend(inner.split(',').map(|item| {
                    item.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
                }));
            } else {
                names.push(name);
            }
        }
    }
    names
}

/// The modules of a `lib.rs`, in order.
fn modules(lib: &str) -> Vec<String> {
    let name = |line: &str| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned);
    lib.lines().filter_map(name).collect()
}

fn module_of(folder: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(folder).expect("a file inside");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// What breaks the rule that a module imports only modules above it.
fn upward_imports(folder: &Path) -> Vec<String> {
    let order = modules(&fs::read_to_string(folder.join("lib.rs")).expect("lib.rs"));
    let place = |name: &str| order.iter().position(|module| module == name);
    let mut wrong = Vec::new();
    for (file, text) in sources(folder) {
        let own = module_of(folder, &file);
        let Some(here) = place(&own) else { continue };
        for name in imports(&text) {
            if place(&name).is_some_and(|there| here < there) {
                wrong.push(format!("{}: {own} imports {name}, which stands below it", file.display()));
            }
        }
    }
    wrong
}

#[test]
fn a_module_of_the_engine_imports_only_modules_above_it() {
    let folder = grip_tests::root().join("engine/src");
    assert!(12 < modules(&fs::read_to_string(folder.join("lib.rs")).expect("lib.rs")).len());
    assert_eq!(upward_imports(&folder), Vec::<String>::new());
}

#[test]
fn a_module_of_the_api_imports_only_modules_above_it() {
    assert_eq!(upward_imports(&grip_tests::root().join("api/src")), Vec::<String>::new());
}

#[test]
fn the_rule_notices_an_import_from_below() {
    assert_eq!(imports("use crate::{flow::day, store};\nuse crate::web::x;"), ["flow", "store", "web"]);
    assert_eq!(imports("// use crate::web;"), Vec::<String>::new());
}

#[test]
fn pages_and_json_do_not_know_each_other_and_only_the_store_speaks_sql() {
    let folder = grip_tests::root().join("api/src");
    let mut wrong = Vec::new();
    for (file, text) in sources(&folder) {
        let own = module_of(&folder, &file);
        let knows = |name: &str| imports(&text).iter().any(|import| import == name);
        if (own == "http" && knows("web"))
            || (own == "web" && knows("http"))
            || (own == "store" && knows("flow"))
        {
            wrong.push(file.display().to_string());
        }
        if own != "store" && text.contains("sqlx::") {
            wrong.push(format!("{}: sql outside the store", file.display()));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_engine_knows_no_clock_file_network_database_or_async() {
    let manifest = fs::read_to_string(grip_tests::root().join("engine/Cargo.toml")).expect("a manifest");
    for wrong in ["sqlx", "tokio", "axum", "tracing"] {
        assert!(!manifest.contains(wrong), "{wrong}");
    }
    for (file, text) in sources(&grip_tests::root().join("engine/src")) {
        for wrong in ["std::fs", "std::net", "std::env", "SystemTime", "Utc::now", "async fn"] {
            assert!(!text.contains(wrong), "{}: {wrong}", file.display());
        }
    }
}

#[test]
fn every_kind_of_problem_is_told_in_english_too() {
    let source = fs::read_to_string(grip_tests::root().join("api/src/http/problem.rs")).expect("a source");
    let (_, table) = source.split_once("const ENGLISH").expect("the table");
    let (english, _) = table.split_once("];").expect("its end");
    let mut seen = 0;
    for folder in ["api/src/http", "api/src/server"] {
        for (file, text) in sources(&grip_tests::root().join(folder)) {
            for made in ["Problem::new(", "Problem::conflict("] {
                for after in text.split(made).skip(1) {
                    let Some(kind) = after.split('"').nth(1) else { continue };
                    let is_kind =
                        kind.contains('-') && kind.chars().all(|c| c.is_ascii_lowercase() || c == '-');
                    if is_kind {
                        seen += 1;
                        assert!(english.contains(&format!("\"{kind}\"")), "{}: {kind}", file.display());
                    }
                }
            }
        }
    }
    assert!(20 < seen, "{seen}");
}
