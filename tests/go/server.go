// The server of the original post: it upgrades whoever comes to /ws, prints what it
// receives, and answers "Pong". Only the address may be another one.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/gorilla/websocket"
)

var upgrader = websocket.Upgrader{
	CheckOrigin: func(r *http.Request) bool {
		return true
	},
}

func handle(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		log.Println(err)
		return
	}
	defer conn.Close()

	for {
		_, message, err := conn.ReadMessage()
		if err != nil {
			log.Println(err)
			break
		}
		fmt.Printf("Received: %s\n", message)
		err = conn.WriteMessage(websocket.TextMessage, []byte("Pong"))
		if err != nil {
			log.Println(err)
			break
		}
	}
}

func main() {
	address := os.Getenv("WSDEMO_GO_ADDRESS")
	if address == "" {
		address = ":8080"
	}
	http.HandleFunc("/ws", handle)
	log.Fatal(http.ListenAndServe(address, nil))
}
