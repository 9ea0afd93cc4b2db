// The client of the original post: it sends "Hello, server!", prints what it receives, and
// does so again, without end and without a pause. Only the URL may be another one.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/gorilla/websocket"
)

func main() {
	url := os.Getenv("WSDEMO_GO_URL")
	if url == "" {
		url = "ws://localhost:8080/ws"
	}
	conn, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()

	for {
		err = conn.WriteMessage(websocket.TextMessage, []byte("Hello, server!"))
		if err != nil {
			log.Println(err)
			return
		}
		_, message, err := conn.ReadMessage()
		if err != nil {
			log.Println(err)
			return
		}
		fmt.Printf("Received: %s\n", message)
	}
}
