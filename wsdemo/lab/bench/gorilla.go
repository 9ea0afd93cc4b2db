// The server of the bench on gorilla/websocket, on one core: `gorilla COPIES deflate|plain`.
//
// COPIES = 0 sends every message back. Otherwise everybody gets it so many times: as in gorilla's
// own chat example each member has a goroutine that writes, and a queue before it, so that nobody
// waits for a member that doesn't read. A message is framed once (PreparedMessage).
//
// The port goes to stdout. A line from stdin is the order to collect garbage; its end is ours.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/gorilla/websocket"
)

// As long as in the chat example.
const queueLength = 256

type member struct {
	conn  *websocket.Conn
	queue chan *websocket.PreparedMessage
}

type room struct {
	mutex   sync.Mutex
	members map[*member]bool
	copies  int
}

func (r *room) attend(conn *websocket.Conn) {
	m := &member{conn, make(chan *websocket.PreparedMessage, queueLength)}
	r.mutex.Lock()
	r.members[m] = true
	r.mutex.Unlock()
	if conn.WriteMessage(websocket.TextMessage, []byte("welcome")) != nil {
		return
	}
	go m.write()
	defer func() {
		r.mutex.Lock()
		delete(r.members, m)
		close(m.queue)
		r.mutex.Unlock()
	}()
	for {
		kind, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		for i := 0; i < r.copies; i++ {
			prepared, err := websocket.NewPreparedMessage(kind, message)
			if err != nil {
				return
			}
			r.send(prepared)
		}
	}
}

func (r *room) send(prepared *websocket.PreparedMessage) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for m := range r.members {
		select {
		case m.queue <- prepared:
		default:
			m.conn.Close()
		}
	}
}

func (m *member) write() {
	for prepared := range m.queue {
		if m.conn.WritePreparedMessage(prepared) != nil {
			m.conn.Close()
		}
	}
}

func echo(conn *websocket.Conn) {
	for {
		kind, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if conn.WriteMessage(kind, message) != nil {
			return
		}
	}
}

func obey() {
	orders := bufio.NewScanner(os.Stdin)
	for orders.Scan() {
		runtime.GC()
		debug.FreeOSMemory()
		fmt.Println("collected")
	}
	os.Exit(0)
}

func main() {
	runtime.GOMAXPROCS(1)
	copies, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	attend := echo
	if copies > 0 {
		attend = (&room{members: map[*member]bool{}, copies: copies}).attend
	}
	upgrader := websocket.Upgrader{EnableCompression: os.Args[2] == "deflate"}
	http.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		attend(conn)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go obey()
	log.Fatal(http.Serve(listener, nil))
}
