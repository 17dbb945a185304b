package main

import (
	"encoding/binary"
	"fmt"
	"strings"
	"syscall"
)

// The flags that kubelet's watcher (fsnotify) asks for; without IN_CLOSE_WRITE, so that partial writes are visible.
const mask = syscall.IN_MOVED_TO | syscall.IN_MOVED_FROM | syscall.IN_CREATE | syscall.IN_ATTRIB | syscall.IN_MODIFY | syscall.IN_DELETE

// Prints "put NAME" and "gone NAME".
func watch(directory string) {
	fd, err := syscall.InotifyInit1(0)
	if err != nil {
		fail(err.Error())
	}
	if _, err := syscall.InotifyAddWatch(fd, directory, mask); err != nil {
		fail(err.Error())
	}
	fmt.Println("watching")
	buffer := make([]byte, 64*1024)
	for {
		n, err := syscall.Read(fd, buffer)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			fail(err.Error())
		}
		for at := 0; at < n; {
			event := binary.LittleEndian.Uint32(buffer[at+4:])
			length := int(binary.LittleEndian.Uint32(buffer[at+12:]))
			name := strings.TrimRight(string(buffer[at+16:at+16+length]), "\x00")
			at += 16 + length
			if event&(syscall.IN_MOVED_FROM|syscall.IN_DELETE) != 0 {
				fmt.Println("gone " + name)
			} else if name != "" {
				fmt.Println("put " + name)
			}
		}
	}
}
