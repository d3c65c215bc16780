//! The processes that read for another: kept for several files, replaced when they fail, gone when nobody asks any more.
#![cfg(all(feature = "docx", target_os = "linux"))]

use crate::files::{docx, paragraphs};
use crate::run::{Folder, PROGRAM, family, watch};
use std::path::Path;
use std::time::{Duration, Instant};

fn is_alive(id: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // One that has ended and was not waited for is a zombie of somebody else's.
    !status.is_empty() && !status.contains(") Z")
}

#[test]
fn a_process_that_failed_is_replaced_and_the_next_file_is_read() {
    let folder = Folder::new();
    for n in 0..30 {
        let name = format!("汾阳市{}.docx", 1990 + n);
        if n % 3 == 1 {
            // It aborts whoever reads it, or is refused.
            folder.write(&name, &crate::files::empty_paragraphs(6_000_000));
        } else {
            folder.write(
                &name,
                &docx(&paragraphs(&[&format!("推进第{n}号专业镇建设。")])),
            );
        }
    }
    let ran = folder.index();
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.stderr.contains("10 files could not be indexed"),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("21 texts"), "{ran:?}");
}

#[test]
fn a_process_reads_many_files() {
    let folder = Folder::new();
    for n in 0..300 {
        let text = format!("推进第{n}号专业镇建设。");
        folder.write(&format!("县{n}.docx"), &docx(&paragraphs(&[&text])));
    }
    let mut command = folder.command(Path::new(PROGRAM), &["index", "--threads", "1", "corpus"]);
    let mut child = command.spawn().expect("it starts");
    let mut seen = std::collections::BTreeSet::new();
    while child.try_wait().expect("it is ours").is_none() {
        seen.extend(family(child.id()));
        std::thread::sleep(Duration::from_millis(1));
    }
    // The program itself, and one after the other for 200 files each.
    assert!((2..=4).contains(&seen.len()), "{seen:?}");
}

#[test]
fn no_process_outlives_the_one_that_asked() {
    let folder = Folder::new();
    // Files that take a while, so that somebody is at work when the program is killed.
    for n in 0..40 {
        let text: Vec<String> = (0..20_000)
            .map(|i| format!("推进第{i}号专业镇建设。"))
            .collect();
        let text: Vec<&str> = text.iter().map(String::as_str).collect();
        folder.write(
            &format!("汾阳市{}.docx", 1980 + n),
            &docx(&paragraphs(&text)),
        );
    }
    let mut command = folder.command(Path::new(PROGRAM), &["index", "corpus"]);
    let mut child = command.spawn().expect("it starts");
    let began = Instant::now();
    let helpers = loop {
        let family = family(child.id());
        if family.len() > 1 || began.elapsed() > Duration::from_secs(20) {
            break family;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(helpers.len() > 1, "a process reads for it");
    child.kill().expect("it runs");
    child.wait().expect("it is ours");
    while helpers.iter().any(|&id| is_alive(id)) {
        assert!(began.elapsed() < Duration::from_secs(40), "{helpers:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_program_that_cannot_be_started_again_refuses_until_it_can() {
    let folder = Folder::new();
    folder.write("汾阳市2024.docx", &docx(&paragraphs(&["推进专业镇建设。"])));
    let home = tempfile::tempdir().expect("a folder");
    let copy = home.path().join("baogao");
    std::fs::copy(PROGRAM, &copy).expect("it is copied");
    // A program that was replaced or removed while it runs, as an update of the system does.
    let script = "exec 3<\"$0\"; rm \"$0\"; exec /proc/self/fd/3 index --verbose corpus";
    let mut command = folder.command(Path::new("/bin/sh"), &["-c", script]);
    command.arg(&copy);
    let ran = watch(command);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("cannot be started"), "{ran:?}");
    let ran = folder.index();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("1 read"), "{ran:?}");
}
